// The editor of a draft. The server draws it; this file edits one line or chip at a time and sends what was done as one event, "op".
// Nothing typed is lost: a field that is open while the server redraws is opened again with the same text.
const kept = { open: null, line: null };
const root = () => element.querySelector(".rw-studio");
// One event is under way at a time: two at once may be answered in the other order, and the page would show the draft as it was before.
// What is done meanwhile waits its turn. So does a button outside the editor, until nothing else waits: a file, a version or an undo
// meets what was typed last.
const under = { way: false, waiting: [], button: null, timer: 0 };
const PATIENCE = 2000; // milliseconds; an event that changes nothing draws nothing
const ENABLING = 500; // milliseconds within which an answer that draws the editor also enables the buttons beside it
function settled() {
  clearTimeout(under.timer);
  under.way = under.waiting.length > 0;
  if (under.way) return deliver(under.waiting.shift());
  const button = under.button;
  under.button = null;
  if (button) press(button, performance.now() + ENABLING);
}
function press(button, until) {
  if (button.disabled && performance.now() < until) setTimeout(press, 20, button, until);
  else button.click();
}
function deliver(detail) {
  under.timer = setTimeout(settled, PATIENCE);
  trigger("op", detail);
}
function send(detail) {
  const op = { draft: root()?.dataset.draft, ...detail };
  if (under.way) return under.waiting.push(op);
  under.way = true;
  deliver(op);
}
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("#rw-desk button");
    if (!under.way || !button || element.contains(button) || !element.isConnected) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    under.button = button;
  },
  true,
);
const find = (name, value, within = element) =>
  [...within.querySelectorAll(`[data-${name}]`)].find((item) => item.dataset[name] === String(value));

function select(line, focus = true) {
  element.querySelectorAll(".rw-on").forEach((item) => item.classList.remove("rw-on"));
  kept.line = line?.dataset.line ?? null;
  line?.classList.add("rw-on");
  if (line && focus) line.querySelector(".rw-row").focus({ preventScroll: true });
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

// Opens a text field in the place of `host`: over `text`, with what was `typed` before a redraw. `done` gets the text when it is to
// be kept; `closed` is called in any case.
function open(key, host, text, typed, label, done, closed = () => {}) {
  const field = document.createElement("textarea");
  field.className = "rw-field";
  field.rows = 1;
  field.value = typed ?? text;
  field.setAttribute("aria-label", label);
  field.placeholder = label;
  host.replaceChildren(field);
  kept.open = { key, field };
  const close = (keep) => {
    if (kept.open?.field !== field) return;
    kept.open = null;
    const changed = field.value.trim() !== text.trim();
    host.replaceChildren(document.createTextNode(keep && changed ? field.value : text));
    closed();
    if (keep && changed) done(field.value);
  };
  field.close = close;
  field.addEventListener("input", () => grow(field));
  // At once, so that what is pressed next meets the new text; but neither when the server redraws nor when the window loses the focus.
  field.addEventListener("blur", () =>
    queueMicrotask(() => field.isConnected && document.activeElement !== field && close(true)),
  );
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" || (event.key === "Enter" && !event.shiftKey)) {
      event.preventDefault();
      event.stopPropagation();
      close(event.key === "Enter");
      if (kept.line) select(find("line", kept.line));
    }
  });
  field.focus({ preventScroll: true });
  field.setSelectionRange(field.value.length, field.value.length);
  grow(field);
}

function editLine(line, typed) {
  if (!line || line.classList.contains("rw-locked")) return select(line);
  select(line, false);
  const host = line.querySelector(".rw-text");
  open(`line ${line.dataset.line}`, host, line.dataset.text, typed, line.dataset.text, (value) => {
    line.dataset.text = value;
    send({ op: "edit", line: Number(line.dataset.line), text: value });
  });
}

function newLine(name, typed) {
  const section = find("section", name, element.querySelector(".rw-paper"));
  const row = document.createElement("li");
  row.className = "rw-line rw-of-brief";
  section.classList.remove("rw-empty-section");
  section.querySelector("ul").append(row);
  open(`new ${name}`, row, "", typed, section.querySelector("h3").firstChild.textContent, (value) =>
    send({ op: "add", section: name, text: value }),
  );
  row.scrollIntoView({ block: "nearest" });
}

function editChip(name, typed) {
  const chip = find("field", name, element.querySelector(".rw-chips"));
  // A new title numbers the lines anew, so none of them stays selected.
  select(null);
  const host = document.createElement("span");
  host.className = "rw-chip rw-open";
  chip.replaceWith(host);
  const keep = (value) => {
    chip.dataset.value = value;
    send({ op: "field", field: name, text: value });
  };
  open(`chip ${name}`, host, chip.dataset.value, typed, chip.querySelector("small").textContent, keep, () => host.replaceWith(chip));
  host.scrollIntoView({ block: "nearest" });
}

function askReason(button, typed) {
  const { rule, text: words, ask } = button.dataset;
  const host = document.createElement("span");
  host.className = "rw-open";
  button.after(host);
  open(`keep ${rule} ${words}`, host, "", typed, ask, (reason) => send({ op: "keep", rule, words, text: reason }));
}

const allLines = () => [...element.querySelectorAll(".rw-line[data-line]")];

// A line is gone at once, and the one beside it at hand: a key that is pressed before the server has redrawn meets that one.
function drop(line) {
  const lines = allLines();
  const at = lines.indexOf(line);
  const beside = lines[at + 1] ?? lines[at - 1];
  send({ op: "remove", line: Number(line.dataset.line) });
  line.remove();
  select(beside);
}

// The open field's text is sent before anything else is done, so that an action meets the line as it is seen.
function settle() {
  const field = kept.open?.field;
  if (field) field.close(true);
}

const actions = {
  chip: (data) => editChip(data.field),
  new: (data) => newLine(data.section),
  jump: (data) => {
    const line = find("line", data.line, element.querySelector(".rw-paper"));
    (line ?? element.querySelector("h2")).scrollIntoView({ block: "center", behavior: "smooth" });
    if (line) select(line);
  },
  keep: (data, button) => askReason(button),
};

element.addEventListener("mousedown", (event) => {
  // A tool must not close the field by taking the focus before its click is known.
  if (event.target.closest(".rw-b")) event.preventDefault();
});
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) {
    settle();
    const data = { ...button.dataset };
    if (actions[data.do]) return actions[data.do](data, button);
    const { do: op, ...rest } = data;
    if (op === "remove") return drop(button.closest(".rw-line"));
    for (const name of ["line", "start", "end"]) if (name in rest) rest[name] = Number(rest[name]);
    return send({ op, ...rest });
  }
  if (event.target.closest(".rw-n, .rw-field, .rw-find, .rw-tools, details")) return;
  const line = event.target.closest(".rw-line[data-line]");
  if (line) editLine(line);
});
element.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.closest(".rw-field")) {
    event.preventDefault();
    const button = document.querySelector(event.shiftKey ? "#rw-redo" : "#rw-undo");
    // A disabled button hears no click, and the answer under way may be what enables it.
    if (under.way) under.button = button;
    else button?.click();
  }
  const row = event.target.closest?.(".rw-row");
  if (!row || event.target !== row) return;
  const line = row.closest(".rw-line");
  const lines = allLines();
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") editLine(line);
  else if (step && event.altKey) send({ op: step < 0 ? "up" : "down", line: Number(line.dataset.line) });
  else if (step) select(lines[lines.indexOf(line) + step] ?? line);
  else if (event.key === "Delete") drop(line);
  else return;
  event.preventDefault();
});

// Whether the sources are folded, and how far the side is scrolled, outlives a redraw.
element.addEventListener("toggle", (event) => event.target.matches(".rw-sources") && (kept.sources = event.target.open), true);
element.addEventListener("scroll", (event) => event.target.matches?.(".rw-side") && (kept.top = event.target.scrollTop), true);

watch("value", () => {
  const [sources, side, top] = [element.querySelector(".rw-sources"), element.querySelector(".rw-side"), kept.top];
  if (sources && kept.sources !== undefined) sources.open = kept.sources;
  if (side && top) side.scrollTop = top;
  if (under.way) settled();
  const was = kept.open;
  kept.open = null;
  const here = document.activeElement === document.body || element.contains(document.activeElement);
  if (kept.line) select(find("line", kept.line), here && !was);
  if (!was || !root()) return;
  const [kind, name, ...words] = was.key.split(" ");
  if (kind === "line") editLine(find("line", name), was.field.value);
  if (kind === "new") newLine(name, was.field.value);
  if (kind === "chip") editChip(name, was.field.value);
  if (kind === "keep") {
    const button = [...element.querySelectorAll('[data-do="keep"]')].find(
      (item) => item.dataset.rule === name && item.dataset.text === words.join(" "),
    );
    if (button) askReason(button, was.field.value);
  }
  // What is typed next goes where it was being typed.
  kept.open?.field.setSelectionRange(was.field.selectionStart, was.field.selectionEnd);
});
