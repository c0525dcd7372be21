import type { Span } from "../src/shared/span.js";

/** Where `words` first occur in `text`. */
export function spanOf(words: string, text: string): Span {
  const start = text.indexOf(words);
  return { start, end: start + words.length };
}
