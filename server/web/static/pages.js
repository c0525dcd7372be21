// Small comforts on top of pages that work without any script: the theme switch, menus that close themselves, forms that
// send themselves when a choice is made, and numbers under the pointer in charts.

const root = document.documentElement;
const THEME_KEY = "repute-theme";

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = getComputedStyle(root).colorScheme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem(THEME_KEY, root.dataset.theme);
  });
}

for (const select of document.querySelectorAll("select[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const form of document.querySelectorAll("form[data-ask]")) {
  form.addEventListener("submit", (event) => {
    if (!window.confirm(form.dataset.ask)) event.preventDefault();
  });
}

for (const input of document.querySelectorAll("[data-bar]")) {
  const bar = document.getElementById(input.dataset.bar);
  input.addEventListener("input", () => {
    const share = Math.max(0, Math.min(1, Number(input.value) / Number(input.dataset.whole)));
    bar.setAttribute("width", String(share * 100));
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.rp-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.rp-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const tip = document.createElement("div");
tip.className = "rp-chart-tooltip";
tip.setAttribute("aria-hidden", "true");
tip.hidden = true;
document.body.append(tip);

document.addEventListener("pointerover", (event) => {
  const hit = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
  tip.hidden = !hit;
  if (!hit) return;
  tip.textContent = hit.dataset.tip;
  const box = hit.getBoundingClientRect();
  const left = box.left + box.width / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, box.top - tip.offsetHeight - 6)}px`;
});
