// Sliders beside the numbers of the rubric, and the effect of a change while somebody makes it. Without this script the numbers can be
// typed, and the button shows the effect.

/** Of quiet after the last change. */
const PAUSE_MS = 200;
/** A calculation that takes longer is announced. */
const SLOW_MS = 1000;
/** Between two looks at items that are being measured. */
const MEASURING_MS = 2000;

const form = document.querySelector("form[data-rubric]");
const effect = document.querySelector("[data-effect]");
const calculating = document.querySelector("[data-calculating]");
const summary = document.querySelector("[data-summary]");
let timer = 0;
let running = null;

for (const place of form.querySelectorAll("[data-slider]")) {
  const setting = place.closest("[data-setting]");
  const number = setting.querySelector("input");
  const now = setting.querySelector("[data-now-text]");
  const slider = document.createElement("input");
  slider.type = "range";
  for (const name of ["min", "max", "step"]) slider[name] = number[name];
  slider.value = number.value;
  slider.setAttribute("aria-label", `${setting.querySelector("label").textContent}, slider`);
  place.replaceChildren(slider);
  slider.addEventListener("input", () => {
    number.value = slider.value;
    now.hidden = number.value === number.dataset.now;
  });
  number.addEventListener("input", () => {
    slider.value = number.value;
    now.hidden = number.value === number.dataset.now;
  });
}

async function show() {
  clearTimeout(timer);
  running?.abort();
  const request = (running = new AbortController());
  const slow = setTimeout(() => (calculating.textContent = "Calculating …"), SLOW_MS);
  // As the form itself is sent: the server reads a limited number of parts.
  const body = new URLSearchParams(new FormData(form));
  body.set("part", "effect");
  try {
    const response = await fetch("/tuning/rubric/effect", { method: "POST", body, signal: request.signal });
    const part = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
    // A page of its own, such as that of signing in, is no part.
    if (response.redirected || ![200, 422].includes(response.status)) throw new Error(String(response.status));
    replace(part);
    calculating.textContent = "";
  } catch {
    if (request.signal.aborted) return;
    calculating.textContent = "The effect could not be calculated. Check your connection, or reload the page.";
  } finally {
    clearTimeout(slow);
  }
  if (running === request && effect.querySelector("[data-waiting]")) timer = setTimeout(show, MEASURING_MS);
}

/** What the reader opened stays open. */
function replace(part) {
  const open = [...effect.querySelectorAll("details")].map((details) => details.open);
  effect.replaceChildren(...part.childNodes);
  effect.querySelectorAll("details").forEach((details, index) => (details.open = Boolean(open[index])));
  summary.textContent = effect.querySelector("[data-summary-text]")?.textContent ?? "";
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE_MS);
});
form.querySelector("[data-show-effect]").addEventListener("click", (event) => {
  event.preventDefault();
  show();
});
if (effect.querySelector("[data-waiting]")) show();
