// What is typed for a new job description survives a reload; it never leaves the browser, and ends with its window. The box is filled in the
// moment in which it is drawn: Gradio's own load event would come later, and take away what a quick hand has typed by then.
(() => {
  const KEPT = "rolewright-sentence";
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("#rw-sentence")) sessionStorage.setItem(KEPT, event.target.value);
  });
  new MutationObserver(() => {
    const box = document.querySelector("#rw-sentence textarea:not([data-kept])");
    if (!box) return;
    box.dataset.kept = "";
    const text = sessionStorage.getItem(KEPT);
    if (!text || box.value) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
