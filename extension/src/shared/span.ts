/** A part of a text, in UTF-16 code units. */
export interface Span {
  offset: number;
  length: number;
}

export const textAt = (text: string, { offset, length }: Span): string => text.slice(offset, offset + length);
