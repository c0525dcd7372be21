/** The parts of a score as a list shows them: in whole tenths of a point, sentences with their words, small parts summed up. */
import { textAt } from "./span.js";
import type { Contribution } from "./wire.js";

/** How many parts a list shows in full. */
const SHOWN = 3;
/** The longest quotation of a sentence, in characters. */
const MAX_QUOTATION = 48;

export interface Part extends Pick<Contribution, "kind" | "name" | "dimension" | "label" | "value" | "unit"> {
  tenths: number;
  /** A sentence's own words; empty for every other kind. */
  words: string;
  /** In a comparison: whether only the later or only the earlier wording has it. */
  change?: "added" | "removed";
}

/** Parts of one kind that are too small to be listed. */
export interface OtherParts {
  kind: Part["kind"];
  count: number;
  tenths: number;
}

export const toTenths = (points: number): number => Math.round(points * 10);
export const sum = (parts: readonly { tenths: number }[]): number => parts.reduce((total, { tenths }) => total + tenths, 0);

/** The parts by `keyOf`, in their order. */
export function groupBy<K>(parts: readonly Part[], keyOf: (part: Part) => K): Map<K, Part[]> {
  const groups = new Map<K, Part[]>();
  for (const part of parts) groups.set(keyOf(part), [...(groups.get(keyOf(part)) ?? []), part]);
  return groups;
}

/** `text` is the one that was assessed, to which the spans refer. */
export const toParts = (contributions: readonly Contribution[], text: string): Part[] =>
  contributions.map(({ points, span, ...part }) => ({
    ...part,
    tenths: toTenths(points),
    words: span ? textAt(text, span) : "",
  }));

/** The largest parts, and the rest added up by kind, so that the list stays short and still adds up exactly. Parts worth
 * nothing are left out. */
export function shortlist(parts: readonly Part[]): { shown: Part[]; others: OtherParts[] } {
  const sorted = parts.filter(({ tenths }) => tenths !== 0).toSorted((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths));
  const rest = groupBy(sorted.slice(SHOWN), ({ kind }) => kind);
  // A single part takes no more room than a line that stands for it.
  const isShown = (part: Part, index: number): boolean => index < SHOWN || rest.get(part.kind)?.length === 1;
  const others = [...rest].filter(([, { length }]) => length > 1);
  return {
    shown: sorted.filter(isShown),
    others: others.map(([kind, group]) => ({ kind, count: group.length, tenths: sum(group) })),
  };
}

/** The first words of a sentence, on one line. */
export function firstWords(sentence: string): string {
  const line = sentence.trim().replaceAll(/\s+/g, " ");
  // By code points, so that no emoji is cut in half.
  const characters = [...line];
  if (characters.length <= MAX_QUOTATION) return line;
  const start = characters.slice(0, MAX_QUOTATION).join("");
  const end = characters[MAX_QUOTATION] === " " ? start.length : start.lastIndexOf(" ");
  return `${(end > 0 ? start.slice(0, end) : start).replace(/[\s,;:\u2013\u2014-]+$/u, "")}\u2026`;
}
