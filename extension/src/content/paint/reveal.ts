/** Scrolls to words in an editor. */
import type { Position } from "../text/canonical.js";
import { parentOf } from "./visibility.js";

/** CSS pixels kept free above and below the words, where there is room. */
const MARGIN_PX = 24;

/** Brings the words into view by scrolling the containers around the editor, and the page last, no further than needed. Words
 * that are in view already stay where they are. */
export function reveal(editor: Element, { from, to }: { from: Position; to: Position }): void {
  const range = editor.ownerDocument.createRange();
  range.setStart(from.node, from.offset);
  range.setEnd(to.node, to.offset);
  for (let element: Element | null = editor; element; element = parentOf(element)) {
    const { overflowY, position } = getComputedStyle(element);
    if ((overflowY === "auto" || overflowY === "scroll") && element.scrollHeight > element.clientHeight) {
      const { top, bottom } = element.getBoundingClientRect();
      element.scrollBy(0, distanceInto(range.getBoundingClientRect(), Math.max(top, 0), Math.min(bottom, innerHeight)));
    }
    // What is fixed does not move with the page.
    if (position === "fixed") return;
  }
  window.scrollBy(0, distanceInto(range.getBoundingClientRect(), 0, innerHeight));
}

/** How far to scroll so that the box lies between `top` and `bottom`; its top if it is higher than that. 0 if it is there. */
export function distanceInto(box: Pick<DOMRect, "top" | "bottom">, top: number, bottom: number): number {
  if (box.top >= top && box.bottom <= bottom) return 0;
  const fits = box.bottom - box.top + 2 * MARGIN_PX <= bottom - top;
  const margin = fits ? MARGIN_PX : 0;
  return box.top < top || !fits ? box.top - top - margin : box.bottom - bottom + margin;
}
