// The questions tab: what a click on an answer, on the list of conversations or in the panel of a source means. The server draws all
// three; this file opens and closes them, and sends what was done as an event: "op", "file", or "submit" for a question asked anew.
const page = () => document.querySelector("#rw-ask");
const wide = () => matchMedia("(min-width: 900px)").matches;
const turnOf = (item) => Number(item.closest("[class*='rw-turn-']").className.match(/rw-turn-(\d+)/)[1]);
const words = () => element.querySelector(".rw-list-of-talks").dataset;

// --- The panel of a source. `open.from` is how the button that opened it is found again, because an answer may be drawn anew meanwhile.
const open = { turn: 0, n: 0, drawn: null };
const panel = () => document.querySelector("#rw-source .rw-source");
const shown = () => Number(panel()?.dataset.turn) === open.turn && Number(panel()?.dataset.n) === open.n;
const lit = document.head.appendChild(document.createElement("style"));

function read(turn, n) {
  Object.assign(open, { turn, n });
  lit.textContent = `#rw-chat .rw-turn-${turn} .rw-to-${n} { color: #fff; background: var(--primary-600); }`;
  if (shown()) settle();
  else trigger("op", { do: "source", turn, n });
}

function settle() {
  open.drawn = panel();
  page().classList.add("rw-reading");
  const [around, mark] = ["around", "around mark"].map((name) => panel().querySelector(`.rw-${name}`));
  around.scrollTop = mark.offsetTop - around.clientHeight / 3;
  panel().focus({ preventScroll: true });
  const chip = document.querySelector(`#rw-chat .rw-turn-${open.turn} .rw-to-${open.n}`);
  const covered = chip && !wide() ? chip.getBoundingClientRect().bottom + 40 - panel().getBoundingClientRect().top : 0;
  if (covered > 0) chip.closest(".bubble-wrap").scrollBy({ top: covered });
}

function shut(back = true) {
  if (!page().classList.contains("rw-reading")) return;
  page().classList.remove("rw-reading");
  lit.textContent = "";
  if (back) document.querySelector(`#rw-chat .rw-turn-${open.turn} .rw-to-${open.n}`)?.focus();
}

new MutationObserver(() => {
  if (!panel()) shut(false);
  else if (shown() && panel() !== open.drawn) settle();
}).observe(document.querySelector("#rw-source"), { childList: true, subtree: true });

// --- What can be done with an answer.
const answers = {
  again: (turn) => {
    shut(false);
    trigger("submit", { turn });
  },
  up: (turn, button) => rate(turn, button, "up"),
  down: (turn, button) => rate(turn, button, "down"),
  reason: (turn, button) => trigger("op", { do: "rate", turn, rating: "down", reason: button.textContent }),
  own: (turn, button) => {
    const form = document.createElement("form");
    const [field, send] = ["input", "button"].map((name) => form.appendChild(document.createElement(name)));
    form.className = "rw-own";
    field.maxLength = 500;
    field.setAttribute("aria-label", words().own);
    send.textContent = words().send;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim()) trigger("op", { do: "rate", turn, rating: "down", reason: field.value });
    });
    button.replaceWith(form);
    field.focus();
  },
};
const rate = (turn, button, rating) => {
  trigger("op", { do: "rate", turn, rating: button.classList.contains("rw-pressed") ? null : rating });
  if (rating !== "down") return;
  // What is asked next comes up below the answer, where it may be out of sight.
  const chat = document.querySelector("#rw-chat");
  const drawn = new MutationObserver(() => {
    const why = [...chat.querySelectorAll(".rw-ask-why")].find((box) => turnOf(box) === turn);
    if (!why) return;
    drawn.disconnect();
    why.scrollIntoView({ block: "nearest" });
  });
  drawn.observe(chat, { childList: true, subtree: true });
  setTimeout(() => drawn.disconnect(), 5000);
};

// --- The list of conversations.
function list(on) {
  page().classList.toggle("rw-listing", on);
  document.querySelector("#rw-history").setAttribute("aria-expanded", on);
  if (wide()) localStorage.setItem("rolewright-history", on ? "1" : "");
  if (on && !wide()) document.querySelector("#rw-talks-search textarea, #rw-talks-search input")?.focus();
}

const talks = {
  open: (talk) => {
    trigger("op", { do: "open", talk });
    if (!wide()) list(false);
  },
  rename: (talk, button) => {
    const row = button.closest(".rw-talk");
    const title = row.querySelector(".rw-talk-title");
    const field = document.createElement("input");
    const close = (keep) => {
      if (field.closed) return;
      field.closed = true; // Taking it out takes the focus from it, which would close it again.
      const text = field.value.trim();
      field.replaceWith(row.opener);
      if (keep && text && text !== title.textContent) trigger("op", { do: "rename", talk, title: text });
    };
    row.querySelector("details").open = false;
    row.opener = row.querySelector(".rw-talk-open");
    Object.assign(field, { className: "rw-talk-name", value: title.textContent, maxLength: 120 });
    field.setAttribute("aria-label", words().rename);
    field.addEventListener("blur", () => close(true));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.stopPropagation();
      close(event.key === "Enter");
    });
    row.opener.replaceWith(field);
    field.focus();
    field.select();
  },
  md: (talk) => trigger("file", { talk, form: "md" }),
  json: (talk) => trigger("file", { talk, form: "json" }),
  delete: (talk, button) => {
    if (button.classList.contains("rw-sure")) return trigger("op", { do: "delete", talk });
    const label = button.textContent;
    button.classList.add("rw-sure");
    button.textContent = words().sure;
    // A menu that is opened again asks again.
    button.closest("details").addEventListener("toggle", () => {
      button.classList.remove("rw-sure");
      button.textContent = label;
    }, { once: true });
  },
};

document.addEventListener("click", (event) => {
  const { target } = event;
  if (!element.isConnected || !target.closest) return;
  element.querySelectorAll("details[open]").forEach((menu) => menu.contains(target) || (menu.open = false));
  const chip = target.closest("#rw-chat .rw-n");
  const tool = target.closest("#rw-chat .rw-tool");
  const row = target.closest("#rw-talks-list [data-do]");
  if (chip) read(turnOf(chip), Number(chip.className.match(/rw-to-(\d+)/)[1]));
  else if (tool) answers[tool.className.match(/rw-do-(\w+)/)[1]]?.(turnOf(tool), tool);
  else if (row) talks[row.dataset.do](row.closest(".rw-talk").dataset.talk, row);
  else if (target.closest(".rw-source-step")) read(open.turn, Number(target.closest(".rw-source-step").dataset.n));
  else if (target.closest(".rw-source-close")) shut();
  else if (target.closest("#rw-history")) list(!page().classList.contains("rw-listing"));
  else if (target.closest(".rw-talks-close")) list(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !page()?.offsetParent) return;
  if (page().classList.contains("rw-reading")) shut();
  else if (!wide()) list(false);
});
if (wide() && localStorage.getItem("rolewright-history")) list(true);
