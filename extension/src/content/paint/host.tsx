/**
 * The only element that is added to a page: a host in the top layer with a closed shadow root, holding the badge and the card.
 * Mouse clicks leave the focus in the editor, and no key press or paste inside reaches the page's own listeners.
 */
import { render } from "preact";
import type { Act, DraftView } from "../../shared/view.js";
import { Badge } from "./badge.js";
import { BadgePlace, type Layout } from "./badge-place.js";
import { type Box, GAP } from "./badge-spot.js";
import { Card } from "./card.js";
import { ClickGuard } from "./click-guard.js";

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
  /** The layout is to be measured again. */
  onDue: () => void;
  /** Whether the badge covers a control of the site wherever it could be, so that it is not shown. */
  onRoom: (hasRoom: boolean) => void;
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
  readonly #badgePlace: BadgePlace;

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
    this.#badgePlace = new BadgePlace(host, handlers.onDue, signal);
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
      this.handlers.onRoom(true);
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
    this.#badgePlace.checkSoon();
  }

  onScroll(target: EventTarget | null): void {
    this.#badgePlace.onScroll(target);
  }

  /** Positions the badge where it covers no control of the site, and the card beside the dialog if there is room. */
  place(layout: Layout): void {
    const { editor, container } = layout;
    const width = document.documentElement.clientWidth;
    const height = window.innerHeight;
    const bottom = Math.min(editor.bottom, container.bottom, height);
    const right = Math.min(editor.right, container.right, width);
    const badge = this.#placeBadge(layout);
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
  #placeBadge(layout: Layout): Box | null {
    const badge = this.#box.querySelector<HTMLElement>(".host-badge:not([hidden])");
    if (!badge || !layout.element) {
      this.handlers.onRoom(true);
      return null;
    }
    delete badge.dataset["compact"];
    const { width, height } = badge.getBoundingClientRect();
    const full = { width: Math.max(width, BADGE_WIDTH), height };
    const place = this.#badgePlace.decide(layout, { full, compact: { width: height, height } });
    this.handlers.onRoom(place !== "no-room");
    const isShown = place !== null && place !== "no-room";
    badge.style.setProperty("visibility", isShown ? "visible" : "hidden");
    if (!isShown) return null;
    const { box, at, isCompact } = place;
    if (isCompact) badge.dataset["compact"] = "";
    const shown = isCompact ? height : width;
    const left = at === "start" ? box.left : box.right - shown;
    setPosition(badge, left, box.top);
    return { ...box, left, right: left + shown };
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
