/** The composer's elements: at the top what is kept, on the left the surfaces, the editor, the score bar, the footer and the goals, and beside them the card. */
import cardCss from "../content/paint/card.css";
import { createShadowHost } from "../content/paint/host.js";
import { getMessage } from "../shared/messages.js";
import { SURFACES, type Surface } from "../shared/wire.js";

export interface Layout {
  /** Holds the lists of kept drafts and ideas. */
  shelf: HTMLElement;
  /** Holds the rep's own goals. */
  goals: HTMLElement;
  editor: HTMLElement;
  /** Says that a draft was restored, or that it cannot be kept. */
  draftNote: HTMLElement;
  surfaces: HTMLFieldSetElement;
  /** Selects the surface. */
  select: (surface: Surface) => void;
  link: HTMLInputElement;
  linkProblem: HTMLElement;
  copy: HTMLButtonElement;
  count: HTMLButtonElement;
  /** Hold the coach's question with the answer to it, and the post that a reply answers. */
  answer: HTMLElement;
  reply: HTMLElement;
  /** Hold the choice of checking spelling and grammar, and the preview of the post. */
  grammar: HTMLElement;
  preview: HTMLElement;
  /** Holds the card, and gets the focus when the rep clicks the bar. */
  side: HTMLElement;
  /** The elements to render the card and the bar into. */
  cardBox: HTMLElement;
  barBox: HTMLElement;
}

/** Builds the composer inside `container`, with `surface` selected. */
export function createLayout(container: HTMLElement, surface: Surface): Layout {
  const editor = element("div", {
    class: "write-editor",
    contenteditable: "plaintext-only",
    role: "textbox",
    "aria-multiline": "true",
    "aria-label": getMessage("write_label"),
    "data-placeholder": getMessage("write_placeholder"),
    spellcheck: "true",
    dir: "auto",
  });
  const surfaces = createSurfaces(surface);
  const draftNote = element("div", { class: "write-draft", role: "status" });
  const [answer, reply] = [element("div", {}), element("div", {})];
  const [grammar, preview, goals] = [element("div", {}), element("div", {}), element("div", {})];
  const { field, link, linkProblem } = createLinkField();
  const copy = element("button", { type: "button" }, getMessage("write_copy"));
  const count = element("button", { type: "button", class: "write-count" }, getMessage("write_count"));
  const { host: barHost, box: barBox } = createShadowHost(cardCss, "rp-bar");
  const paper = element(
    "div",
    { class: "write-paper" },
    surfaces,
    draftNote,
    editor,
    answer,
    reply,
    grammar,
    preview,
    element("div", { class: "write-bar" }, barHost),
    element("div", { class: "write-foot" }, field, copy, count),
    // Last, so that nothing moves when the server answers.
    goals,
  );
  const { host: cardHost, box: cardBox } = createShadowHost(cardCss);
  const side = element("aside", { class: "write-side", "aria-label": getMessage("tips"), tabindex: "-1" }, cardHost);
  const shelf = element("div", {});
  container.replaceChildren(shelf, element("div", { class: "write" }, paper, side));
  const select = (surface: Surface): void => {
    for (const radio of surfaces.querySelectorAll("input")) radio.checked = radio.value === surface;
  };
  return {
    shelf,
    goals,
    select,
    editor,
    draftNote,
    answer,
    reply,
    grammar,
    preview,
    surfaces,
    link,
    linkProblem,
    copy,
    count,
    side,
    cardBox,
    barBox,
  };
}

function createSurfaces(selected: Surface): HTMLFieldSetElement {
  const surfaces = element("fieldset", { class: "write-surfaces", "aria-label": getMessage("write_surface") });
  for (const surface of SURFACES) {
    const radio = element("input", { type: "radio", name: "surface", value: surface });
    radio.checked = surface === selected;
    surfaces.append(element("label", { class: "write-surface" }, radio, getMessage(`surface_${surface}`)));
  }
  return surfaces;
}

function createLinkField(): { field: HTMLElement; link: HTMLInputElement; linkProblem: HTMLElement } {
  const link = element("input", {
    id: "link",
    type: "url",
    placeholder: "https://",
    inputmode: "url",
    "aria-describedby": "link-problem",
  });
  const linkProblem = element("span", { class: "write-problem", id: "link-problem", role: "alert" });
  const label = element("label", { for: "link" }, getMessage("write_link"));
  return { field: element("div", { class: "write-link" }, label, link, linkProblem), link, linkProblem };
}

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...children);
  return created;
}
