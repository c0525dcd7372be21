/** Which sentence is being typed. Its words are not underlined until the rep has finished it. */
import type { Span } from "../../shared/span.js";

/** An end mark with the closing quotes and brackets that may follow it. */
const SENTENCE_END = /[.!?\u2026]["'\u201d\u2019\u00bb)\]]*$/;

/** Whether the two spans share at least one character. */
export const overlaps = (span: Span | null, other: Span | null): boolean =>
  span !== null && other !== null && span.offset < other.offset + other.length && span.offset + span.length > other.offset;

/** An unfinished sentence with the spaces after it, where its next word is typed. */
export function withTrailingSpace(span: Span, text: string): Span {
  const end = span.offset + span.length;
  if (SENTENCE_END.test(text.slice(span.offset, end))) return span;
  const spaces = text.slice(end).search(/\S|\n|$/);
  return { offset: span.offset, length: span.length + spaces };
}

/** The sentence that is being typed at `caret`; `null` where the caret is after a finished one. */
export function sentenceBeingTyped(caret: number, text: string, sentences: readonly Span[]): Span | null {
  const sentence =
    sentences.find(({ offset, length }) => offset <= caret && caret <= offset + length) ??
    // The space before the next word belongs to no sentence.
    sentences.findLast(({ offset, length }) => offset < caret && text.slice(offset + length, caret).trim() === "") ??
    gapAround(caret, text, sentences);
  const beforeCaret = text.slice(sentence.offset, caret);
  const typed = beforeCaret.trimEnd();
  const isAtEnd = text.slice(caret, sentence.offset + sentence.length).trim() === "";
  const isFinished = SENTENCE_END.test(typed) || beforeCaret.slice(typed.length).includes("\n");
  return isAtEnd && isFinished ? null : sentence;
}

/** The text around the caret between the known sentences, within its line: a new sentence has been started there. */
function gapAround(caret: number, text: string, sentences: readonly Span[]): Span {
  const lineStart = text.lastIndexOf("\n", caret - 1) + 1;
  const lineEnd = text.indexOf("\n", caret);
  const endsBefore = sentences.map(({ offset, length }) => offset + length).filter((end) => end <= caret);
  const startsAfter = sentences.map(({ offset }) => offset).filter((start) => start > caret);
  const start = Math.max(lineStart, ...endsBefore);
  const end = Math.min(lineEnd < 0 ? text.length : lineEnd, ...startsAfter);
  return { offset: start, length: end - start };
}
