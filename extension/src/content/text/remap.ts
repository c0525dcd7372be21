/** Moving spans over one edit, so that findings stay with their words until the next answer arrives. */

export interface Span {
  offset: number;
  length: number;
}

export interface TextEdit {
  start: number;
  removed: number;
  inserted: number;
}

/** The one edit that turns `before` into `after`: what lies between their common beginning and their common end. */
export function computeSingleTextEdit(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { start, removed: before.length - start - tail, inserted: after.length - start - tail };
}

/** The span after the edit, or `null` when the edit touched what it covers. */
export function remapSpan(span: Span, edit: TextEdit): Span | null {
  const end = span.offset + span.length;
  if (end <= edit.start) return span;
  if (span.offset >= edit.start + edit.removed) {
    return { offset: span.offset + edit.inserted - edit.removed, length: span.length };
  }
  return null;
}

/** The sentence span after the edit: unlike a finding's, it grows and shrinks with what is typed in it. */
export function remapSentence(span: Span, edit: TextEdit): Span | null {
  const moved = remapSpan(span, edit);
  const end = span.offset + span.length;
  const touches = edit.start <= end && edit.start + edit.removed >= span.offset;
  if (moved && !touches) return moved;
  const start = Math.min(span.offset, edit.start);
  const stop = Math.max(end, edit.start + edit.removed) + edit.inserted - edit.removed;
  return stop > start ? { offset: start, length: stop - start } : null;
}
