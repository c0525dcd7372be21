// Progressive enhancement: every page works without this script. It adds the theme switch, print and copy buttons, menus that close
// on a click outside or Escape, selects that submit on change, confirmation of what cannot be undone, live weight bars and
// progress, values of charts on hover and focus, and sending the post that waited for the privacy notice.

const root = document.documentElement;
const THEME_KEY = "repute-theme";
/** Of the keys under which the composer keeps drafts: see extension/src/composer/kept-texts.ts. */
const DRAFT_PREFIX = "repute-draft:";
/** Of these, the keys of drafts and ideas. */
const KEPT_TEXT = /:(draft|idea):[^:]+$/;
/** Of the keys under which it counts the tips that a person left in post after post: see extension/src/shared/seen.ts. */
const SEEN_PREFIX = "repute-seen:";
/** Of the keys under which it keeps a person's own dictionary: see extension/src/composer/grammar-check.ts. */
const GRAMMAR_PREFIX = "repute-grammar:";
/** Pixels between a tooltip and what it belongs to, and between a tooltip and the window's edge. */
const TOOLTIP_GAP = 6;
const WINDOW_MARGIN = 4;
const FOLLOW_MS = 2_000;

function isDark() {
  if (root.dataset.theme) return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem(THEME_KEY, root.dataset.theme);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.copied;
  });
}

for (const select of document.querySelectorAll("select[data-auto-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.confirm)) event.preventDefault();
  });
}

const keysWith = (...prefixes) => Object.keys(localStorage).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));

// Signing out deletes the drafts, the ideas, the counts of tips and the dictionary that the composer keeps in this browser.
for (const form of document.querySelectorAll("form[data-clear-drafts]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const kept = keysWith(DRAFT_PREFIX).filter((key) => KEPT_TEXT.test(key)).length;
    if (kept > 0 && !window.confirm(form.dataset.clearDrafts.replace("{count}", kept))) return event.preventDefault();
    for (const key of keysWith(DRAFT_PREFIX, SEEN_PREFIX, GRAMMAR_PREFIX)) localStorage.removeItem(key);
  });
}

// A tip that is turned on again counts as new.
for (const form of document.querySelectorAll("form[data-forget-tip]")) {
  form.addEventListener("submit", () => {
    for (const key of keysWith(SEEN_PREFIX)) {
      const seen = JSON.parse(localStorage.getItem(key));
      delete seen[form.dataset.forgetTip];
      localStorage.setItem(key, JSON.stringify(seen));
    }
  });
}

/** What the composer keeps of a share that waits: see extension/src/composer/waiting-share.ts. If this fails, the composer tries
 * again when it is next opened. */
async function sendWaitingShare(note) {
  const prefix = `${DRAFT_PREFIX}${note.dataset.person}:`;
  const share = JSON.parse(localStorage.getItem(`${prefix}waiting-share`));
  if (!share) return;
  const { surface, text } = share.body;
  const response = await fetch(note.dataset.waitingShare, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": note.dataset.csrf,
      "Idempotency-Key": share.idempotencyKey,
    },
    body: JSON.stringify(share.body),
  });
  if (!response.ok) return;
  localStorage.removeItem(`${prefix}waiting-share`);
  note.hidden = false;
  // A draft on hold has to be changed and sent again.
  const { state } = await response.json();
  if (state === "held") return;
  for (const key of keysWith(`${prefix}draft:`)) {
    const draft = JSON.parse(localStorage.getItem(key));
    if (draft.surface === surface && draft.text === text) localStorage.removeItem(key);
  }
}

for (const note of document.querySelectorAll("[data-waiting-share]")) sendWaitingShare(note).catch(() => {});

for (const input of document.querySelectorAll("[data-bar]")) {
  const bar = document.getElementById(input.dataset.bar);
  input.addEventListener("input", () => {
    const share = Math.max(0, Math.min(1, Number(input.value) / Number(input.dataset.whole)));
    bar.setAttribute("width", String(share * 100));
  });
}

/** While a job goes on, shows how far it is, and what comes next once ``data-follow`` of the same page is something else. */
async function follow(part) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
    if (document.hidden) continue;
    const response = await fetch(location.href).catch(() => null);
    if (!response?.ok) continue;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const now = page.querySelector("[data-follow]");
    if (now?.dataset.follow !== part.dataset.follow) return location.reload();
    part.replaceChildren(...now.childNodes);
  }
}

for (const part of document.querySelectorAll("[data-follow]")) follow(part);

const openMenus = () => document.querySelectorAll("details.rp-menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const tooltip = document.createElement("div");
tooltip.className = "rp-chart-tooltip";
tooltip.setAttribute("aria-hidden", "true");
tooltip.hidden = true;
document.body.append(tooltip);

function showTooltip(target) {
  tooltip.hidden = !target;
  if (!target) return;
  tooltip.textContent = target.dataset.tooltip;
  const box = target.getBoundingClientRect();
  const left = box.left + box.width / 2 - tooltip.offsetWidth / 2;
  const rightmost = innerWidth - tooltip.offsetWidth - WINDOW_MARGIN;
  tooltip.style.left = `${Math.max(WINDOW_MARGIN, Math.min(left, rightmost))}px`;
  tooltip.style.top = `${Math.max(WINDOW_MARGIN, box.top - tooltip.offsetHeight - TOOLTIP_GAP)}px`;
}

document.addEventListener("pointerover", (event) => {
  showTooltip(event.target instanceof Element ? event.target.closest("[data-tooltip]") : null);
});

// Whoever has no pointer reads the values of a chart with the arrow keys, and those of a small chart at the number beside it.
document.addEventListener("focusin", (event) => {
  const chart = event.target.closest("[data-chart]");
  if (chart) selectPoint(chart, chart.querySelectorAll("[data-tooltip]").length - 1);
  else showTooltip(event.target.matches(":focus-visible") ? event.target.closest("td")?.querySelector("[data-tooltip]") : null);
});

document.addEventListener("focusout", (event) => {
  for (const point of event.target.querySelectorAll(".rp-chart-selected")) point.classList.remove("rp-chart-selected");
  tooltip.hidden = true;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") tooltip.hidden = true;
  const chart = event.target instanceof Element ? event.target.closest("[data-chart]") : null;
  if (!chart) return;
  const points = [...chart.querySelectorAll("[data-tooltip]")];
  const current = points.findIndex((point) => point.classList.contains("rp-chart-selected"));
  const next = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: points.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  selectPoint(chart, Math.max(0, Math.min(next, points.length - 1)));
});

function selectPoint(chart, index) {
  const points = chart.querySelectorAll("[data-tooltip]");
  for (const [position, point] of points.entries()) point.classList.toggle("rp-chart-selected", position === index);
  showTooltip(points[index]);
}
