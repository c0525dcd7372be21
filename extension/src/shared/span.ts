/** A part of a text, from `start` up to but not including `end`, in UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
}

export const textAt = (text: string, { start, end }: Span): string => text.slice(start, end);

/** Whether the two spans share at least one character. */
export const overlaps = (span: Span | null, other: Span | null): boolean =>
  span !== null && other !== null && span.start < other.end && other.start < span.end;
