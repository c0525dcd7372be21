/** Which rules the rep turned off, and where. The server keeps them as entries: `<rule>`, off everywhere, or `<rule>@<surface>`. */
import type { Surface } from "./wire.js";

const SEPARATOR = "@";

/** `surface` is `null` for everywhere. */
export interface RuleOff {
  rule: string;
  surface: string | null;
}

export const toEntry = ({ rule, surface }: RuleOff): string => (surface === null ? rule : `${rule}${SEPARATOR}${surface}`);

export function parseEntry(entry: string): RuleOff {
  const [rule = "", surface = null] = entry.split(SEPARATOR, 2);
  return { rule, surface };
}

/** Whether the rule is off on this surface, given entries. */
export const isOffOn = (entries: { has: (entry: string) => boolean }, rule: string, surface: Surface): boolean =>
  entries.has(rule) || entries.has(toEntry({ rule, surface }));

/** The rules that are off on this surface. */
export const rulesOffOn = (entries: readonly string[], surface: Surface): string[] =>
  entries.map(parseEntry).flatMap((off) => (off.surface === null || off.surface === surface ? [off.rule] : []));

/** A rule that is off on one surface alone is still seen on the others, and is not among them. */
export const rulesOffEverywhere = (entries: readonly string[]): string[] =>
  entries.map(parseEntry).flatMap(({ rule, surface }) => (surface === null ? [rule] : []));

/** Adds an entry; one for everywhere replaces those for single surfaces. */
export function withEntry(entries: readonly string[], entry: string): string[] {
  const { rule, surface } = parseEntry(entry);
  if (surface !== null && entries.includes(rule)) return [...entries];
  const kept = entries.filter((other) => other !== entry && (surface !== null || parseEntry(other).rule !== rule));
  return [...kept, entry];
}

export const withoutEntry = (entries: readonly string[], entry: string): string[] => entries.filter((other) => other !== entry);
