/** Which sentence is being typed. Its words are not underlined until the rep has finished it. */
import type { Span } from "../../shared/span.js";

/** An end mark with the closing quotes and brackets that may follow it. */
const SENTENCE_END = /[.!?\u2026]["'\u201d\u2019\u00bb)\]]*$/;

/** An unfinished sentence with the spaces after it, where its next word is typed. */
export function withTrailingSpace(span: Span, text: string): Span {
  const { start, end } = span;
  if (SENTENCE_END.test(text.slice(start, end))) return span;
  return { start, end: end + text.slice(end).search(/\S|\n|$/) };
}

/** The sentence that is being typed at `caret`; `null` where the caret is after a finished one. */
export function sentenceBeingTyped(caret: number, text: string, sentences: readonly Span[]): Span | null {
  const sentence =
    sentences.find(({ start, end }) => start <= caret && caret <= end) ??
    // The space before the next word belongs to no sentence.
    sentences.findLast(({ start, end }) => start < caret && text.slice(end, caret).trim() === "") ??
    gapAround(caret, text, sentences);
  const beforeCaret = text.slice(sentence.start, caret);
  const typed = beforeCaret.trimEnd();
  const isAtEnd = text.slice(caret, sentence.end).trim() === "";
  const isFinished = SENTENCE_END.test(typed) || beforeCaret.slice(typed.length).includes("\n");
  return isAtEnd && isFinished ? null : sentence;
}

/** The text around the caret between the known sentences, within its line: a new sentence has been started there. */
function gapAround(caret: number, text: string, sentences: readonly Span[]): Span {
  const lineStart = text.lastIndexOf("\n", caret - 1) + 1;
  const lineEnd = text.indexOf("\n", caret);
  const endsBefore = sentences.map(({ end }) => end).filter((end) => end <= caret);
  const startsAfter = sentences.map(({ start }) => start).filter((start) => start > caret);
  const start = Math.max(lineStart, ...endsBefore);
  const end = Math.min(lineEnd < 0 ? text.length : lineEnd, ...startsAfter);
  return { start, end };
}
