// Labelling by keyboard, and the next item without a new page. Without this script, every field and button does the same.

const TYPED = "textarea, input[type='text'], input[type='number']";

const work = () => document.querySelector("[data-label-work]");
const currentForm = () => document.querySelector("[data-label-form]");
let isSending = false;

/** After a new item came, the keyboard is at its question, so that a screen reader says it and Tab goes on to the drafts. */
function focusItem() {
  const heading = work().querySelector("h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "nearest" });
}

/** Sends the form as its button would, and puts the answer's work area in place of this one. */
async function send(form, submitter) {
  if (isSending) return;
  isSending = true;
  try {
    const response = await fetch(submitter?.getAttribute("formaction") ?? form.action, {
      method: "POST",
      body: new FormData(form, submitter),
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = page.querySelector("[data-label-work]");
    // A page of its own, such as that of signing in or of a refusal.
    if (!next) throw new TypeError("not a page of labels");
    work().replaceWith(next);
    if (response.ok) history.replaceState(null, "", response.url);
    listen();
    focusItem();
  } catch {
    form.dispatchEvent(new CustomEvent("label-fallback", { detail: submitter }));
  } finally {
    isSending = false;
  }
}

function listen() {
  const form = currentForm();
  if (!form) return;
  form.addEventListener("submit", onSubmit);
  form.addEventListener("label-fallback", (event) => {
    form.removeEventListener("submit", onSubmit);
    form.requestSubmit(event.detail ?? undefined);
  });
}

function onSubmit(event) {
  event.preventDefault();
  send(event.currentTarget, event.submitter);
}

/** Marks the row in which the keyboard is, or the first one without a mark, and goes on to the next. */
function mark(form, digit) {
  const rows = [...form.querySelectorAll("[data-mark-row]")];
  const isMarked = (row) => row.querySelector("input:checked");
  const row = document.activeElement?.closest("[data-mark-row]") ?? rows.find((each) => !isMarked(each));
  const button = row?.querySelector(`input[value="${digit === "0" ? "none" : digit}"]`);
  if (!button) return false;
  button.checked = true;
  const next = rows[rows.indexOf(row) + 1];
  // A radio group takes the keyboard at its checked button, or at its first one.
  (next?.querySelector("input:checked") ?? next?.querySelector("input") ?? form.querySelector("#whole")).focus();
  return true;
}

function openNote(form) {
  form.querySelector("details").open = true;
  form.querySelector("#note").focus();
}

/** Whether the key was used. */
function press(form, key) {
  if (key === "n") {
    openNote(form);
    return true;
  }
  if (form.dataset.labelKind === "draft" && key >= "0" && key <= "5") return mark(form, key);
  const target = form.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.type === "checkbox") form.querySelector("details").open = true;
  target.click();
  if (target.type === "radio") target.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const form = currentForm();
  if (!form || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const active = document.activeElement;
  if (active?.matches(TYPED)) {
    // Out of a field that takes letters and digits, back to those keys.
    if (event.key === "Escape") focusItem();
    return;
  }
  if (event.key === "Enter" && !active?.closest("a, button, summary")) {
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
    return;
  }
  if (event.key.length === 1 && !event.repeat && press(form, event.key.toLowerCase())) event.preventDefault();
});

listen();
