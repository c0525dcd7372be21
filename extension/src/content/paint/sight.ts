/** Which of many marks are in sight: what is scrolled away need not be painted in every frame. */
import type { Place } from "../text/canonical.js";
import { AfterFrame } from "./frame.js";

/** Pixels above and below what is in sight, so that a turn of the wheel comes to words that are underlined already. */
const AROUND = 200;

interface Placed {
  /** In the text, by which what stands before or behind is told without a look at the page. */
  offset: number;
  from: Place;
  to: Place;
}

/** Looks at one editor after frames in which something moved, and tells when other marks have come into sight. */
export class Sight {
  readonly #looks = new AfterFrame(() => this.#look());
  #marks: readonly Placed[] = [];
  /** The offsets between which marks count as in sight; `null` until it was looked for. */
  #window: { from: number; to: number } | null = null;

  constructor(
    readonly element: HTMLElement,
    readonly changed: () => void,
    signal: AbortSignal,
  ) {
    const moved = (): void => {
      if (this.#marks.length > 0) this.#looks.ask();
    };
    // What scrolls inside a shadow root is heard of nowhere else.
    for (const root of new Set([document, element.getRootNode()])) {
      root.addEventListener("scroll", moved, { signal, capture: true, passive: true });
    }
    window.addEventListener("resize", moved, { signal, passive: true });
    signal.addEventListener("abort", () => this.rest());
  }

  /** Of `marks`, those in sight as far as is known now; what the last change moved is seen to after its frame. */
  of<M extends Placed>(marks: readonly M[]): M[] {
    this.#marks = marks;
    this.#window ??= this.#inSight();
    this.#looks.ask();
    const { from, to } = this.#window;
    return marks.filter(({ offset }) => from <= offset && offset < to);
  }

  /** Nothing is asked any more. */
  rest(): void {
    this.#marks = [];
    this.#window = null;
    this.#looks.cancel();
  }

  #look(): void {
    const before = this.#window;
    this.#window = this.#inSight();
    if (before?.from !== this.#window.from || before.to !== this.#window.to) this.changed();
  }

  #inSight(): { from: number; to: number } {
    const { top, bottom } = shown(this.element);
    const marks = this.#marks.toSorted((one, other) => one.offset - other.offset);
    const range = this.element.ownerDocument.createRange();
    const box = ({ from, to }: Placed): DOMRect => {
      range.setStart(from.node, from.offset);
      range.setEnd(to.node, to.offset);
      return range.getBoundingClientRect();
    };
    const first = firstOf(marks, (mark) => box(mark).bottom > top - AROUND);
    const past = firstOf(marks, (mark) => box(mark).top > bottom + AROUND);
    return { from: first === 0 ? 0 : (marks[first]?.offset ?? Infinity), to: marks[past]?.offset ?? Infinity };
  }
}

/** The first of `all` that `is` so, where those behind it are so, too; or how many there are. */
function firstOf<T>(all: readonly T[], is: (one: T) => boolean): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(all[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Between which heights of the viewport the element can be seen through all that scrolls around it. */
function shown(element: Element): { top: number; bottom: number } {
  let [top, bottom] = [0, innerHeight];
  for (let at: Element | null = element; at; at = around(at)) {
    if (at.scrollHeight <= at.clientHeight || getComputedStyle(at).overflowY === "visible") continue;
    const box = at.getBoundingClientRect();
    top = Math.max(top, box.top);
    bottom = Math.min(bottom, box.bottom);
  }
  return { top, bottom };
}

function around(element: Element): Element | null {
  if (element.assignedSlot ?? element.parentElement) return element.assignedSlot ?? element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
