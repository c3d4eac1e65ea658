// Gradio's page gets what its events give on one stream, which the server closes when nothing is left to tell. An event that is sent
// while the closing is on its way to the page is told on no stream, and a click comes to nothing (gradio 6.31: the client's `submit`
// opens no other stream while it takes the old one for open). So the reply to `queue/join` is held back until the stream that the page
// takes for open either tells of the event or is closed.
//
// When the page is left or loaded anew, the client ends its stream itself, takes that for a broken connection and says so on a page that stays
// in sight until the next one arrives. So the error of a stream that breaks then is told later: a page that goes never hears of it, one that
// stays, because the link was a file's, does.
(() => {
  const LONGEST = 15000; // milliseconds; after that Gradio goes on as it would
  const LEAVING = 15000; // milliseconds after which a page that was to be left is taken to have stayed
  const EVENT = /"event_id":\s*"(\w+)"/g;
  const fetched = window.fetch;
  let open = null;
  let leaving = Promise.resolve();
  const after = (time) => new Promise((go) => setTimeout(go, time));
  addEventListener("beforeunload", () => (leaving = after(LEAVING)));

  class Stream {
    told = new Set();
    waiting = new Map(); // event -> what goes on when the stream tells of it
    rest = "";

    read(text) {
      const all = this.rest + text;
      for (const [, event] of all.matchAll(EVENT)) {
        this.told.add(event);
        this.waiting.get(event)?.();
      }
      this.rest = all.slice(-100);
    }

    close() {
      if (open === this) open = null;
      this.waiting.forEach((go) => go());
    }

    tells(event) {
      if (open !== this || this.told.has(event)) return null;
      return new Promise((go) => {
        this.waiting.set(event, go);
        setTimeout(go, LONGEST);
      });
    }
  }

  // The client may hear that the page is left, and end its stream, in the moment before we do.
  async function pageStays() {
    await after(0);
    await leaving;
  }

  // What a stream brings; that it broke is told when the page is known to stay.
  function whole(body) {
    const reader = body.getReader();
    return new ReadableStream({
      async pull(out) {
        try {
          const { done, value } = await reader.read();
          if (done) out.close();
          else out.enqueue(value);
        } catch (error) {
          await pageStays();
          throw error;
        }
      },
      cancel: (why) => reader.cancel(why),
    });
  }

  async function watched(input, init) {
    const stream = (open = new Stream());
    // The client ends its request in the same step in which it takes the stream for closed.
    (input.signal ?? init?.signal)?.addEventListener("abort", () => stream.close());
    try {
      const reply = await fetched.call(window, input, init);
      const decoder = new TextDecoder();
      const read = new TransformStream({
        transform(chunk, out) {
          out.enqueue(chunk);
          stream.read(decoder.decode(chunk, { stream: true }));
        },
        flush: () => void setTimeout(() => stream.close()),
      });
      return new Response(whole(reply.body.pipeThrough(read)), reply);
    } catch (error) {
      stream.close();
      await pageStays();
      throw error;
    }
  }

  async function joined(input, init) {
    const reply = await fetched.call(window, input, init);
    if (open && reply.ok) await open.tells((await reply.clone().json()).event_id);
    return reply;
  }

  window.fetch = (input, init) => {
    const path = new URL(input.url ?? input, location.href).pathname;
    if (path.endsWith("/queue/data")) return watched(input, init);
    if (path.endsWith("/queue/join")) return joined(input, init);
    return fetched.call(window, input, init);
  };
})();
