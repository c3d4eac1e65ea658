// Gradio's page gets what its events give on one stream, which the server closes when nothing is left to tell. An event that is sent
// while the closing is on its way to the page is told on no stream, and a click comes to nothing (gradio 6.31: the client's `submit`
// opens no other stream while it takes the old one for open). So the reply to `queue/join` is held back until the stream that the page
// takes for open either tells of the event or is closed.
(() => {
  const LONGEST = 15000; // milliseconds; after that Gradio goes on as it would
  const EVENT = /"event_id":\s*"(\w+)"/g;
  const fetched = window.fetch;
  let open = null;

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
      return new Response(reply.body.pipeThrough(read), reply);
    } catch (error) {
      stream.close();
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
