/** Decides where the badge is, and when to decide again. */
import {
  type Box,
  boxOf,
  type Choice,
  type Cover,
  chooseSpot,
  fits,
  GAP,
  isAtStart,
  type Sizes,
  type Surroundings,
} from "./badge-spot.js";
import { whatIsUnder } from "./what-is-under.js";

/** In the viewport: the part of the editor that can be seen, and the dialog or box around it. */
export interface Layout {
  element: Element | null;
  /** The element that `container` is the box of. */
  around: Element | null;
  editor: Box;
  container: Box;
}

/** After the last of the scroll events, which come in every frame. */
const SCROLL_END_MS = 150;
/** A menu or a link preview opens a little after what the rep did. */
const CHECK_MS = 200;

/** `at`: the left or right edge of the badge is that of its box. */
export interface BadgeBox {
  box: Box;
  at: "start" | "end";
  isCompact: boolean;
}

export class BadgePlace {
  readonly #own: Element;
  readonly #onDue: () => void;
  /** What was last decided, and for what. */
  #choice: Choice | null = null;
  #decidedFor: { element: Element | null; layout: string } = { element: null, layout: "" };
  #element: Element | null = null;
  #scrollTimer: ReturnType<typeof setTimeout> | undefined;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  /** "check": to choose again if the badge now covers a control or the layout has changed. "decide": to choose again in any case. */
  #due: "check" | "decide" | null = null;

  /** `onDue` is called when `decide` is to be called again, with the layout of then. */
  constructor(own: Element, onDue: () => void, signal: AbortSignal) {
    this.#own = own;
    this.#onDue = onDue;
    for (const type of ["pointerdown", "focusin"]) {
      document.addEventListener(type, () => this.checkSoon(), { signal, capture: true, passive: true });
    }
    signal.addEventListener("abort", () => {
      clearTimeout(this.#scrollTimer);
      clearTimeout(this.#checkTimer);
    });
  }

  /** Something may have opened under the badge. Looking takes a few milliseconds, so it waits for the keys to rest. */
  checkSoon(): void {
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => {
      this.#due ??= "check";
      this.#onDue();
    }, CHECK_MS);
  }

  /** While the page scrolls, the badge moves with the editor and goes nowhere else. */
  onScroll(target: EventTarget | null): void {
    // What scrolls inside the editor moves nothing around it.
    if (target instanceof Node && this.#element?.contains(target)) return;
    clearTimeout(this.#scrollTimer);
    this.#scrollTimer = setTimeout(() => {
      this.#scrollTimer = undefined;
      this.#due = "decide";
      this.#onDue();
    }, SCROLL_END_MS);
  }

  /** `"no-room"` if the badge would cover a control everywhere, and `null` while the editor is out of sight. */
  decide({ element, around: container, editor, container: box }: Layout, sizes: Sizes): BadgeBox | "no-room" | null {
    this.#element = element;
    const around: Surroundings = {
      editor,
      container: { left: box.left, top: box.top, right: box.right, bottom: box.bottom },
      width: document.documentElement.clientWidth,
      height: window.innerHeight,
    };
    if (!element || editor.bottom < editor.top + GAP || editor.right < editor.left + GAP) return null;
    const isSameDraft = this.#decidedFor.element === element;
    const isScrolling = isSameDraft && this.#scrollTimer !== undefined;
    const coverOf = (at: Box): Cover => whatIsUnder(at, { own: this.#own, editor: element, container });
    if (!isScrolling) this.#decideFor(element, around, sizes, coverOf);
    if (!this.#choice) return "no-room";
    const chosen = boxOf(this.#choice, around, sizes);
    if (isScrolling && !fits(chosen, around)) return null;
    return { box: chosen, at: isAtStart(this.#choice.spot) ? "start" : "end", isCompact: this.#choice.isCompact };
  }

  #decideFor(element: Element, around: Surroundings, sizes: Sizes, coverOf: (box: Box) => Cover): void {
    const layout = JSON.stringify([around, sizes]);
    const isSameDraft = this.#decidedFor.element === element;
    const isSameLayout = isSameDraft && this.#decidedFor.layout === layout;
    const due = this.#due;
    this.#due = null;
    if (isSameLayout && due === null) return;
    if (this.#choice && isSameDraft) {
      const box = boxOf(this.#choice, around, sizes);
      // A draft grows with every few words, and to look for a better place takes longer than to render a key.
      if (due === null && fits(box, around)) {
        this.checkSoon();
        return;
      }
      if (due === "check" && isSameLayout && coverOf(box) !== "control") return;
    }
    this.#choice = chooseSpot(isSameDraft ? this.#choice : null, around, sizes, coverOf);
    this.#decidedFor = { element, layout };
  }
}
