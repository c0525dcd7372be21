/**
 * The one element of ours in a page: a host in the top layer with a closed shadow root, holding the badge and the card.
 * The editor keeps the focus while the mouse is used; no key or paste inside reaches the page's own listeners.
 */
import { render } from "preact";
import type { Action, DraftView } from "../../shared/view.js";
import { Badge, Card } from "./card.js";

const CARD_WIDTH = 320;
const CARD_HEIGHT = 560;
const GAP = 8;
const KEPT_INSIDE = ["keydown", "keypress", "keyup", "paste", "copy", "focusin", "focusout", "beforeinput", "input"] as const;

export interface Shown {
  view: DraftView;
  /** The words, the editor and the dialog around it, in the viewport. */
  words: DOMRect;
  editor: DOMRect;
  container: DOMRect;
  open: boolean;
  theme: "light" | "dark";
  organisation: string;
}

export interface Heard {
  act: (action: Action) => void;
  toggle: () => void;
  close: () => void;
}

/** A shadow root with our sheet, inside a new hyphenated element. */
export function shadow(
  css: string,
  name: "rp-card" | "rp-bar" = "rp-card",
): { host: HTMLElement; root: ShadowRoot; box: HTMLElement } {
  const host = document.createElement(name);
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const box = document.createElement("div");
  box.className = "rp";
  root.append(box);
  for (const type of KEPT_INSIDE) host.addEventListener(type, (event) => event.stopPropagation());
  return { host, root, box };
}

export class CardHost {
  readonly #host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #box: HTMLElement;

  constructor(
    css: string,
    readonly heard: Heard,
    signal: AbortSignal,
  ) {
    const { host, root, box } = shadow(css);
    this.#host = host;
    this.#root = root;
    this.#box = box;
    host.popover = "manual";
    root.addEventListener("mousedown", (event) => event.preventDefault());
    root.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || event.key !== "Escape") return;
      event.preventDefault();
      heard.close();
    });
    this.#enter();
    signal.addEventListener("abort", () => this.remove());
  }

  #enter(): void {
    document.documentElement.append(this.#host);
    this.#host.showPopover();
  }

  remove(): void {
    render(null, this.#box);
    this.#host.remove();
  }

  show(shown: Shown | null): void {
    if (!shown) {
      render(null, this.#box);
      return;
    }
    const { view, open, organisation } = shown;
    // Sites that draw themselves anew sweep out what they do not know.
    if (!this.#host.isConnected) this.#enter();
    this.#box.dataset["theme"] = shown.theme;
    render(
      <>
        <div class="at-badge" hidden={view.prompt !== null || (view.status === "empty" && !open && !view.keptWording)}>
          <Badge view={view} open={this.heard.toggle} isOpen={open} />
        </div>
        {open && (
          <div class="at-card">
            <Card view={view} act={this.heard.act} close={this.heard.close} organisation={organisation} />
          </div>
        )}
      </>,
      this.#box,
    );
    this.place(shown);
  }

  /** Puts the badge at the editor's corner and the card where they hide neither the words nor the dialog, if they can. */
  place({ words, editor, container }: Pick<Shown, "words" | "editor" | "container">): void {
    const width = document.documentElement.clientWidth;
    const height = window.innerHeight;
    const badge = this.#box.querySelector<HTMLElement>(".at-badge:not([hidden])");
    const bottom = Math.min(editor.bottom, container.bottom, height);
    const right = Math.min(editor.right, container.right, width);
    const outside = bottom < Math.max(editor.top, container.top, 0) + 8;
    if (badge) {
      const own = badge.getBoundingClientRect();
      const under = Math.min(container.bottom, height) - bottom >= own.height + GAP;
      const top = under ? bottom : bottom - own.height - GAP / 2;
      // In the corner unless words are there; then beside the dialog.
      const beside = words.bottom > top && width - container.right >= own.width + GAP;
      put(badge, { left: beside ? container.right + GAP / 2 : right - own.width - GAP, top, hidden: outside });
    }
    const card = this.#box.querySelector<HTMLElement>(".at-card");
    if (!card) return;
    const room = Math.min(CARD_HEIGHT, height - 2 * GAP);
    card.style.setProperty("max-height", `${room}px`);
    const tall = Math.min(card.scrollHeight, room);
    const wide = Math.min(CARD_WIDTH, width - 2 * GAP);
    const beside =
      width - container.right >= wide + 2 * GAP
        ? container.right + GAP
        : container.left >= wide + 2 * GAP
          ? container.left - wide - GAP
          : null;
    const left = beside ?? Math.max(GAP, Math.min(right, width - GAP) - wide);
    const below =
      beside !== null ? Math.max(GAP, editor.top) : bottom + GAP + tall <= height ? bottom + GAP : editor.top - GAP - tall;
    put(card, { left, top: Math.max(GAP, Math.min(below, height - tall - GAP)), hidden: false });
  }

  focus(): void {
    const wanted = [".question button", '.tip-open[aria-expanded="true"]', ".page", ".card button"];
    const first = wanted.map((selector) => this.#box.querySelector<HTMLElement>(selector)).find((found) => found !== null);
    first?.focus({ preventScroll: true });
  }

  get hasFocus(): boolean {
    return this.#root.activeElement !== null;
  }
}

function put(element: HTMLElement, { left, top, hidden }: { left: number; top: number; hidden: boolean }): void {
  element.style.setProperty("left", `${Math.round(left)}px`);
  element.style.setProperty("top", `${Math.round(top)}px`);
  element.style.setProperty("visibility", hidden ? "hidden" : "visible");
}

/** Dark when the nearest opaque background behind `element` is. Class names of the site say nothing reliable. */
export function themeBehind(element: Element): "light" | "dark" {
  for (let at: Element | null = element; at; at = at.parentElement ?? hostOf(at)) {
    const [red = 0, green = 0, blue = 0, alpha = 1] =
      getComputedStyle(at)
        .backgroundColor.match(/[\d.]+/g)
        ?.map(Number) ?? [];
    if (alpha > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128 ? "dark" : "light";
  }
  return "light";
}

function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
