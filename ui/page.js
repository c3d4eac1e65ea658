// One listener for the whole page: a citation button opens its passage, a copy button copies its answer. In the chat the passage opens
// beside the answer, which is chat.js's.
document.addEventListener("click", (event) => {
  const mark = event.target.closest?.(".rw-n:not(#rw-chat *)");
  const copy = event.target.closest?.(".rw-copy");
  if (mark) {
    const name = [...mark.classList].find((item) => item.startsWith("rw-to-"));
    const wanted = `.rw-cite-${name.slice("rw-to-".length)}`;
    for (let box = mark.parentElement; box; box = box.parentElement) {
      const passage = box.querySelector(wanted);
      if (!passage) continue;
      for (let up = passage; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
      passage.scrollIntoView({ behavior: "smooth", block: "nearest" });
      break;
    }
  } else if (copy) {
    let box = copy.parentElement;
    while (box && !box.querySelector(".rw-answer")) box = box.parentElement;
    if (!box) return;
    const field = document.createElement("textarea");
    const answer = box.querySelector(".rw-answer");
    const numbers = [...answer.querySelectorAll(".rw-n")];
    numbers.forEach((item) => (item.textContent = `[${item.textContent}]`));
    field.value = [answer.innerText.trim(), sourcesOf(box)].filter(Boolean).join("\n\n");
    numbers.forEach((item) => (item.textContent = item.textContent.slice(1, -1)));
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    copy.classList.add("rw-done");
    setTimeout(() => copy.classList.remove("rw-done"), 1200);
  }
});

// The documents below an answer with the numbers of their citations, one a line.
function sourcesOf(box) {
  const rows = [...box.querySelectorAll(".rw-from")].map((row) => {
    const texts = [...row.querySelectorAll(".rw-doc, .rw-fact")].map((item) => item.textContent);
    return [...row.querySelectorAll(".rw-n")].map((item) => `[${item.textContent}]`).join("") + ` ${texts.join(", ")}`;
  });
  return rows.join("\n");
}

// A new question is brought to the top of the conversation, so that its answer is read from its beginning.
let asked = 0;
new MutationObserver(() => {
  const questions = document.querySelectorAll("#rw-chat .rw-asked");
  if (questions.length > asked) {
    const last = questions[questions.length - 1];
    const box = last.closest(".bubble-wrap");
    const up = (behavior) =>
      box?.scrollBy({ top: last.getBoundingClientRect().top - box.getBoundingClientRect().top - 24, behavior });
    setTimeout(up, 60, "auto");
    setTimeout(up, 500, "smooth");
  }
  asked = questions.length;
}).observe(document.documentElement, { childList: true, subtree: true });
