/** Moves spans over one edit, so that findings stay with their words until the next assessment arrives. */
import type { Span } from "../../shared/span.js";

/** At `start`, `removed` characters were replaced with `inserted` ones. */
export interface TextEdit {
  start: number;
  removed: number;
  inserted: number;
}

/** The single edit that turns `before` into `after`: what lies between their common prefix and their common suffix. */
export function computeSingleTextEdit(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let suffix = 0;
  while (suffix < shorter - start && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix += 1;
  return { start, removed: before.length - start - suffix, inserted: after.length - start - suffix };
}

/** The span after the edit, or `null` if the edit changed its text. A span before the edit is returned as it is. */
export function remapSpan(span: Span, edit: TextEdit): Span | null {
  if (span.end <= edit.start) return span;
  if (span.start < edit.start + edit.removed) return null;
  const shift = edit.inserted - edit.removed;
  return { start: span.start + shift, end: span.end + shift };
}

/** A sentence's span after the edit: unlike a finding's, it grows and shrinks with what is typed in it. */
export function remapSentence(span: Span, edit: TextEdit): Span | null {
  const moved = remapSpan(span, edit);
  const touches = edit.start <= span.end && edit.start + edit.removed >= span.start;
  if (moved && !touches) return moved;
  const start = Math.min(span.start, edit.start);
  const end = Math.max(span.end, edit.start + edit.removed) + edit.inserted - edit.removed;
  return end > start ? { start, end } : null;
}
