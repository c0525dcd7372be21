/**
 * The only element that is added to a page: a host in the top layer with a closed shadow root, holding the badge and the card.
 * Mouse clicks leave the focus in the editor, and no key press or paste inside reaches the page's own listeners.
 */
import { render } from "preact";
import type { Act, DraftView } from "../../shared/view.js";
import { Badge } from "./badge.js";
import { Card } from "./card.js";
import { ClickGuard } from "./click-guard.js";

const CARD_WIDTH = 320;
const CARD_HEIGHT = 560;
const GAP = 8;
const STOPPED_EVENTS = [
  "keydown",
  "keypress",
  "keyup",
  "paste",
  "copy",
  "focusin",
  "focusout",
  "beforeinput",
  "input",
] as const;

/** In the viewport: the words of the draft, the editor, and the dialog or box around it. */
interface Layout {
  words: DOMRect;
  editor: DOMRect;
  container: DOMRect;
}

export interface CardState extends Layout {
  view: DraftView;
  open: boolean;
  theme: "light" | "dark";
  organisation: string;
}

export interface CardHandlers {
  act: Act;
  toggle: () => void;
  close: () => void;
}

/** Creates an element with a style sheet in a closed shadow root; `box` is the element to render into. */
export function createShadowHost(
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
  for (const type of STOPPED_EVENTS) host.addEventListener(type, (event) => event.stopPropagation());
  return { host, root, box };
}

export class CardHost {
  readonly #host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #box: HTMLElement;
  readonly #guard: ClickGuard;
  #isOpen = false;
  /** The question after posting, and each of its outcomes, takes the place of the draft. */
  #scene = "";

  constructor(
    css: string,
    readonly handlers: CardHandlers,
    signal: AbortSignal,
  ) {
    const { host, root, box } = createShadowHost(css);
    this.#host = host;
    this.#root = root;
    this.#box = box;
    host.popover = "manual";
    this.#guard = new ClickGuard(host, root, () => handlers.act({ do: "report-covered" }), signal);
    root.addEventListener("mousedown", (event) => event.preventDefault());
    root.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || event.key !== "Escape") return;
      event.preventDefault();
      handlers.close();
    });
    this.#attach();
    signal.addEventListener("abort", () => this.remove());
  }

  #attach(): void {
    document.documentElement.append(this.#host);
    this.#host.showPopover();
  }

  remove(): void {
    render(null, this.#box);
    this.#host.remove();
  }

  show(state: CardState | null): void {
    if (!state) {
      render(null, this.#box);
      this.#guard.watch(null);
      return;
    }
    const { view, open, organisation } = state;
    // A site that renders its page again removes elements it does not know.
    if (!this.#host.isConnected) this.#attach();
    else if (!this.#host.matches(":popover-open") || (open && !this.#isOpen)) this.#guard.raise();
    this.#isOpen = open;
    this.#scene = view.prompt?.state ?? "";
    this.#box.dataset["theme"] = state.theme;
    render(
      <>
        <div class="host-badge" hidden={view.prompt !== null || (view.status === "empty" && !open && !view.keptWording)}>
          <Badge view={view} open={this.handlers.toggle} isOpen={open} />
        </div>
        {open && (
          <div class="host-card">
            <Card view={view} act={this.handlers.act} close={this.handlers.close} organisation={organisation} />
          </div>
        )}
      </>,
      this.#box,
    );
    this.place(state);
  }

  /** Positions the badge at the editor's corner and the card beside the dialog. If there is room, they cover neither the words nor
   * the dialog. */
  place({ words, editor, container }: Layout): void {
    const width = document.documentElement.clientWidth;
    const height = window.innerHeight;
    const badge = this.#box.querySelector<HTMLElement>(".host-badge:not([hidden])");
    const bottom = Math.min(editor.bottom, container.bottom, height);
    const right = Math.min(editor.right, container.right, width);
    const isOutOfSight = bottom < Math.max(editor.top, container.top, 0) + 8;
    if (badge) {
      const badgeBox = badge.getBoundingClientRect();
      const fitsBelow = Math.min(container.bottom, height) - bottom >= badgeBox.height + GAP;
      const top = fitsBelow ? bottom : bottom - badgeBox.height - GAP / 2;
      // In the corner, or beside the dialog where the corner would cover words.
      const beside = words.bottom > top && width - container.right >= badgeBox.width + GAP;
      setPosition(badge, {
        left: beside ? container.right + GAP / 2 : right - badgeBox.width - GAP,
        top,
        hidden: isOutOfSight,
      });
    }
    const card = this.#box.querySelector<HTMLElement>(".host-card");
    if (!card) {
      this.#guard.watch(null);
      return;
    }
    // Nothing moves from under the pointer.
    if (card.matches(":hover") && card.style.top !== "") {
      this.#guard.watch(card, this.#scene);
      return;
    }
    const maxHeight = Math.min(CARD_HEIGHT, height - 2 * GAP);
    card.style.setProperty("max-height", `${maxHeight}px`);
    const cardHeight = Math.min(card.scrollHeight, maxHeight);
    const cardWidth = Math.min(CARD_WIDTH, width - 2 * GAP);
    const beside =
      width - container.right >= cardWidth + 2 * GAP
        ? container.right + GAP
        : container.left >= cardWidth + 2 * GAP
          ? container.left - cardWidth - GAP
          : null;
    const left = beside ?? Math.max(GAP, Math.min(right, width - GAP) - cardWidth);
    const top =
      beside !== null
        ? Math.max(GAP, editor.top)
        : bottom + GAP + cardHeight <= height
          ? bottom + GAP
          : editor.top - GAP - cardHeight;
    setPosition(card, { left, top: Math.max(GAP, Math.min(top, height - cardHeight - GAP)), hidden: false });
    this.#guard.watch(card, this.#scene);
  }

  focus(): void {
    const selectors = [
      ".share button",
      '.tip-open[aria-expanded="true"]',
      ".advice-show",
      ".advice-toggle",
      ".tip-open",
      ".ui-tab",
      ".card button",
    ];
    const targets = selectors.map((selector) => this.#box.querySelector<HTMLElement>(selector));
    targets.find((target) => target !== null)?.focus({ preventScroll: true });
  }

  get hasFocus(): boolean {
    return this.#root.activeElement !== null;
  }
}

function setPosition(element: HTMLElement, { left, top, hidden }: { left: number; top: number; hidden: boolean }): void {
  element.style.setProperty("left", `${Math.round(left)}px`);
  element.style.setProperty("top", `${Math.round(top)}px`);
  element.style.setProperty("visibility", hidden ? "hidden" : "visible");
}

/** Dark if the nearest opaque background behind `element` is dark. The site's class names are not a reliable sign. */
export function themeBehind(element: Element): "light" | "dark" {
  for (let ancestor: Element | null = element; ancestor; ancestor = ancestor.parentElement ?? hostOf(ancestor)) {
    const [red = 0, green = 0, blue = 0, alpha = 1] =
      getComputedStyle(ancestor)
        .backgroundColor.match(/[\d.]+/g)
        ?.map(Number) ?? [];
    if (alpha > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128 ? "dark" : "light";
  }
  return "light";
}

/** The host of the shadow root that the element is in, if any. */
function hostOf(element: Element): Element | null {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
