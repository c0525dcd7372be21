/**
 * The only element that is added to a page: a host in the top layer with a closed shadow root, holding the badge and the card.
 * Mouse clicks leave the focus in the editor, and no key press or paste inside reaches the page's own listeners.
 */
import { render } from "preact";
import type { Act, DraftView } from "../../shared/view.js";
import { Badge } from "./badge.js";
import { type Box, boxOf, type Choice, chooseSpot, GAP, isAtStart, type Surroundings } from "./badge-spot.js";
import { Card } from "./card.js";
import { ClickGuard } from "./click-guard.js";
import { whatIsUnder } from "./what-is-under.js";

const CARD_WIDTH = 320;
const CARD_HEIGHT = 560;
/** Of the badge with the longest word for a score, and how many tips there are. */
const BADGE_WIDTH = 180;
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

/** In the viewport: the part of the editor that can be seen, and the dialog or box around it. */
export interface Layout {
  element: Element | null;
  editor: Box;
  container: Box;
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
  /** Where the badge is, and what that was last decided for. */
  #spot: Choice | null = null;
  #decidedFor: { element: Element | null; layout: string } = { element: null, layout: "" };

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

  /** Positions the badge where it covers no control of the site, and the card beside the dialog if there is room. */
  place({ element, editor, container }: Layout): void {
    const width = document.documentElement.clientWidth;
    const height = window.innerHeight;
    const bottom = Math.min(editor.bottom, container.bottom, height);
    const right = Math.min(editor.right, container.right, width);
    const badge = this.#placeBadge(element, { editor, container, width, height });
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
    const isBelowBadge = badge !== null && badge.left < left + cardWidth && left < badge.right;
    const top =
      beside !== null
        ? Math.max(GAP, editor.top, isBelowBadge ? badge.bottom + GAP : 0)
        : bottom + GAP + cardHeight <= height
          ? bottom + GAP
          : editor.top - GAP - cardHeight;
    setPosition(card, left, Math.max(GAP, Math.min(top, height - cardHeight - GAP)));
    this.#guard.watch(card, this.#scene);
  }

  /** Returns where the badge is; `null` where it is not shown. */
  #placeBadge(element: Element | null, around: Surroundings): Box | null {
    const badge = this.#box.querySelector<HTMLElement>(".host-badge:not([hidden])");
    if (!badge || !element) return null;
    const { width, height } = badge.getBoundingClientRect();
    const size = { width: Math.max(width, BADGE_WIDTH), height };
    const { editor } = around;
    const isOutOfSight = editor.bottom < editor.top + GAP || editor.right < editor.left + GAP;
    const layout = JSON.stringify([around, size]);
    if (!isOutOfSight && (this.#decidedFor.element !== element || this.#decidedFor.layout !== layout)) {
      const before = this.#decidedFor.element === element ? this.#spot : null;
      this.#spot = chooseSpot(before, around, size, (box) => whatIsUnder(box, { own: this.#host, editor: element }));
      this.#decidedFor = { element, layout };
    }
    const spot = isOutOfSight ? null : (this.#spot?.spot ?? null);
    badge.style.setProperty("visibility", spot ? "visible" : "hidden");
    if (!spot) return null;
    const box = boxOf(spot, around, size);
    const left = isAtStart(spot) ? box.left : box.right - width;
    setPosition(badge, left, box.top);
    return { ...box, left, right: left + width };
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

function setPosition(element: HTMLElement, left: number, top: number): void {
  element.style.setProperty("left", `${Math.round(left)}px`);
  element.style.setProperty("top", `${Math.round(top)}px`);
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
