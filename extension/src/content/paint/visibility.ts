/** Finds which of many marks are in sight, since marks scrolled out of sight need not be painted in every frame. */
import type { Position } from "../text/canonical.js";
import { AfterFrame } from "./after-frame.js";
import type { Box } from "./badge-spot.js";

/** CSS pixels above and below the visible part, so that words that scroll into view are already underlined. */
const MARGIN_PX = 200;

interface Positioned {
  /** In the text: enough to sort marks into before and after the visible part without measuring the layout. */
  offset: number;
  from: Position;
  to: Position;
}

/** Watches the scrolling around one editor and reports when other marks come into sight. */
export class VisibleMarks {
  readonly #afterFrame = new AfterFrame(() => this.#update());
  #marks: readonly Positioned[] = [];
  /** Marks between these offsets count as visible; `null` until measured. */
  #range: { from: number; to: number } | null = null;

  constructor(
    readonly element: HTMLElement,
    readonly onChange: () => void,
    signal: AbortSignal,
  ) {
    const onMove = (): void => {
      if (this.#marks.length > 0) this.#afterFrame.schedule();
    };
    // Scroll events do not leave a shadow root, so its root needs a listener of its own.
    for (const root of new Set([document, element.getRootNode()])) {
      root.addEventListener("scroll", onMove, { signal, capture: true, passive: true });
    }
    window.addEventListener("resize", onMove, { signal, passive: true });
    signal.addEventListener("abort", () => this.stop());
  }

  /** Those of `marks` that were visible when last measured. They are measured again after the next frame, as the change that
   * brought these marks may have moved them. */
  filter<M extends Positioned>(marks: readonly M[]): M[] {
    this.#marks = marks;
    this.#range ??= this.#measure();
    this.#afterFrame.schedule();
    const { from, to } = this.#range;
    return marks.filter(({ offset }) => from <= offset && offset < to);
  }

  /** Stops measuring until `filter` is called again. */
  stop(): void {
    this.#marks = [];
    this.#range = null;
    this.#afterFrame.cancel();
  }

  #update(): void {
    const before = this.#range;
    this.#range = this.#measure();
    if (before?.from !== this.#range.from || before.to !== this.#range.to) this.onChange();
  }

  #measure(): { from: number; to: number } {
    const { top, bottom } = visibleArea(this.element);
    const marks = this.#marks.toSorted((a, b) => a.offset - b.offset);
    const range = this.element.ownerDocument.createRange();
    const boxOf = ({ from, to }: Positioned): DOMRect => {
      range.setStart(from.node, from.offset);
      range.setEnd(to.node, to.offset);
      return range.getBoundingClientRect();
    };
    const first = lowerBound(marks, (mark) => boxOf(mark).bottom > top - MARGIN_PX);
    const past = lowerBound(marks, (mark) => boxOf(mark).top > bottom + MARGIN_PX);
    return { from: first === 0 ? 0 : (marks[first]?.offset ?? Infinity), to: marks[past]?.offset ?? Infinity };
  }
}

/** The index of the first item for which `matches` holds, given that it holds for all items after it; `items.length` if none.
 * Binary search, as each call to `matches` costs a layout measurement. */
function lowerBound<T>(items: readonly T[], matches: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matches(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The part of the viewport in which the element may be visible, given every scrolling container around it. */
function visibleArea(element: Element): Box {
  const area = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  for (let ancestor: Element | null = element; ancestor; ancestor = parentOf(ancestor)) {
    // Of these two the overflow applies to the viewport.
    if (ancestor.matches("html, body")) break;
    const { overflowX, overflowY, position } = getComputedStyle(ancestor);
    const box = ancestor.getBoundingClientRect();
    if (overflowY !== "visible" && ancestor.scrollHeight > ancestor.clientHeight) {
      area.top = Math.max(area.top, box.top);
      area.bottom = Math.min(area.bottom, box.bottom);
    }
    if (overflowX !== "visible" && ancestor.scrollWidth > ancestor.clientWidth) {
      area.left = Math.max(area.left, box.left);
      area.right = Math.min(area.right, box.right);
    }
    // A dialog is not clipped by what it stands in.
    if (position === "fixed") break;
  }
  return area;
}

/** Of the element, in the viewport. Its height or width is negative if it is scrolled out of sight. */
export function visiblePart(element: Element): Box {
  const area = visibleArea(element);
  const { left, top, right, bottom } = element.getBoundingClientRect();
  return {
    left: Math.max(left, area.left),
    top: Math.max(top, area.top),
    right: Math.min(right, area.right),
    bottom: Math.min(bottom, area.bottom),
  };
}

/** The parent in the flattened tree, through slots and shadow roots. */
export function parentOf(element: Element): Element | null {
  if (element.assignedSlot ?? element.parentElement) return element.assignedSlot ?? element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
