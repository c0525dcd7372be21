/** The advice on one draft, tracked with the words it is about while the rep keeps writing. */
import { computeSingleTextEdit, remapSpan, type TextEdit } from "../content/text/remap.js";
import { type Span, textAt } from "../shared/span.js";
import type { Advice } from "../shared/wire.js";

interface Place {
  readonly span: Span;
  readonly words: string;
}

export interface TrackedAdvice {
  readonly advice: Advice;
  /** Those of its places whose words are unchanged, in the order of the text. The advice stays when the last one is gone,
   * because the rep may be answering its question there. */
  readonly places: readonly Place[];
}

/** How many places the advice is about. */
export const countPlaces = (tracked: readonly TrackedAdvice[]): number =>
  tracked.reduce((count, { places }) => count + places.length, 0);

/** Drops places whose words the edit that led to `text` has changed, and moves the others. */
export function moveAdvice(tracked: readonly TrackedAdvice[], edit: TextEdit, text: string): TrackedAdvice[] {
  return tracked.map(({ advice, places }) => ({ advice, places: movePlaces(places, edit, text) }));
}

/** Tracks `advice` on the text `sent` to the server, which the rep may since have changed to `text`. */
export function trackAdvice(advice: readonly Advice[], sent: string, text: string): TrackedAdvice[] {
  const edit = computeSingleTextEdit(sent, text);
  return advice.map((item) => {
    const places = item.spans
      .map((span) => ({ span, words: textAt(sent, span) }))
      // A span beyond the end belongs to another text.
      .filter(({ span, words }) => words.trim() !== "" && words.length === span.end - span.start)
      .sort((a, b) => a.span.start - b.span.start);
    return { advice: item, places: movePlaces(places, edit, text) };
  });
}

const movePlaces = (places: readonly Place[], edit: TextEdit, text: string): Place[] =>
  places.flatMap(({ span, words }) => {
    const moved = remapSpan(span, edit);
    return moved && textAt(text, moved) === words ? [{ span: moved, words }] : [];
  });
