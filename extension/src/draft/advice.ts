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

/** How many words the server quotes in a message before it cuts them off. */
const MAX_QUOTED_WORDS = 7;

/** Without the words of tips that the rep ignored or turned off: their places are `hidden`. Advice that was about nothing else, or
 * that quotes such words itself, is gone. A whole sentence stays, because the advice on it has reasons of its own. */
export function withoutHidden(
  tracked: readonly TrackedAdvice[],
  hidden: readonly Span[],
  isSentence: (span: Span) => boolean,
): readonly TrackedAdvice[] {
  if (hidden.length === 0) return tracked;
  return tracked.flatMap(({ advice, places }) => {
    const isQuoted = ({ words }: Place): boolean =>
      advice.message.includes(`“${words.split(/\s+/).slice(0, MAX_QUOTED_WORDS).join(" ")}`);
    const isHidden = (place: Place): boolean =>
      hidden.some(({ start, end }) => start === place.span.start && end === place.span.end) &&
      (isQuoted(place) || !isSentence(place.span));
    const gone = places.filter(isHidden);
    if (gone.length === 0) return [{ advice, places }];
    return gone.length === places.length || gone.some(isQuoted)
      ? []
      : [{ advice, places: places.filter((place) => !gone.includes(place)) }];
  });
}

const movePlaces = (places: readonly Place[], edit: TextEdit, text: string): Place[] =>
  places.flatMap(({ span, words }) => {
    const moved = remapSpan(span, edit);
    return moved && textAt(text, moved) === words ? [{ span: moved, words }] : [];
  });
