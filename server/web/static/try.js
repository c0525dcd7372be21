// Tips on a text while somebody types it, under the draft of words and rules. Without this script, the form's button does the same.
// It also puts the cursor where the first error of a rule is.

/** Of quiet after the last key; the extension waits about as long. */
const PAUSE_MS = 400;

for (const editor of document.querySelectorAll("textarea[data-line]")) {
  const lines = editor.value.split("\n");
  const before = lines.slice(0, Number(editor.dataset.line) - 1).reduce((length, line) => length + line.length + 1, 0);
  const at = before + Number(editor.dataset.column) - 1;
  editor.focus();
  editor.setSelectionRange(at, at);
}

for (const form of document.querySelectorAll("form[data-try]")) {
  const result = document.querySelector("[data-try-result]");
  let timer = 0;
  let running = null;

  async function show() {
    running?.abort();
    running = new AbortController();
    if (!form.text.value.trim()) return result.replaceChildren();
    const options = { method: "POST", body: new FormData(form), signal: running.signal };
    const response = await fetch(form.action, options).catch(() => null);
    if (!response) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const part = page.querySelector("[data-try-result]");
    // A page of its own, such as that of signing in, has no result.
    if (part) result.replaceChildren(...part.childNodes);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show().catch(() => {}), PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    show().catch(() => {});
  });
}
