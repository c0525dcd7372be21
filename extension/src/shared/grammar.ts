/** Spelling and grammar, checked on the rep's own device. These findings have no points and do not affect the score. */
import { withEntry, withoutEntry } from "./rules-off.js";
import type { Span } from "./span.js";

/** In the order in which the options list them. */
export const DIALECTS = ["american", "british", "australian", "canadian", "indian"] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface GrammarFinding {
  rule: string;
  span: Span;
  quote: string;
  message: string;
  severity: "grammar";
  replacements: string[];
}

/** The findings of one draft, and the indexes of those whose tips the rep has ignored before. */
export interface GrammarResult {
  findings: GrammarFinding[];
  ignored: number[];
}

/** How much is loaded, in millions of bytes. Undefined in unit tests, where no build replaces it. */
declare const __GRAMMAR_MB__: number | undefined;
export const GRAMMAR_MB: number = typeof __GRAMMAR_MB__ === "undefined" ? 0 : __GRAMMAR_MB__;

export interface GrammarSettings {
  on: boolean;
  dialect: Dialect;
  /** Words that the rep added to the dictionary. */
  words: string[];
  /** What the rep turned off, as in shared/rules-off.ts. */
  off: string[];
}

/** Limits of the dictionary and of the list of rules that are off: items, and characters of one item. */
export const MAX_WORDS = 2_000;
export const MAX_WORD_LENGTH = 60;

const [HARPER, OWN] = ["Harper.", "Grammar."];
export const grammarRule = (name: string): string => HARPER + name;
export const isGrammarRule = (rule: string): boolean => rule.startsWith(HARPER) || rule.startsWith(OWN);

/** By browser language. For all others the default is British, the spelling taught in most of the world. */
const DIALECT_BY_LANGUAGE: Record<string, Dialect> = {
  "en-us": "american",
  "en-au": "australian",
  "en-ca": "canadian",
  "en-in": "indian",
};
export const defaultDialect = (language: string): Dialect =>
  DIALECT_BY_LANGUAGE[language.toLowerCase()] ?? (language.toLowerCase() === "en" ? "american" : "british");

/** Whether the finding is about a single word that is missing from the dictionary, so that the rep can add it. */
export const canAddToDictionary = ({ rule, quote }: { rule: string; quote: string }): boolean =>
  rule === grammarRule("SpellCheck") && quote.length <= MAX_WORD_LENGTH && !/\s/.test(quote);

export interface GrammarSettingsChange extends Partial<Pick<GrammarSettings, "on" | "dialect">> {
  addWord?: string;
  removeWord?: string;
  ruleOff?: string;
  ruleOn?: string;
}

/** Moves `add` to the end of the list and removes `remove`; beyond the limit the oldest items are dropped. */
function withListChange(list: readonly string[], add: unknown, remove: unknown): string[] {
  const others = list.filter((item) => item !== add && item !== remove);
  return typeof add === "string" && add !== "" && add.length <= MAX_WORD_LENGTH ? [...others, add].slice(-MAX_WORDS) : others;
}

/** Of a rule that is off: its id and a surface. */
const MAX_ENTRY_LENGTH = 120;

const isEntry = (entry: unknown): entry is string =>
  typeof entry === "string" && entry !== "" && entry.length <= MAX_ENTRY_LENGTH;

function withRuleChange(before: readonly string[], off: unknown, on: unknown): string[] {
  const without = isEntry(on) ? withoutEntry(before, on) : before;
  return [...(isEntry(off) ? withEntry(without, off) : without)].slice(-MAX_WORDS);
}

/** The settings after a change that comes from a message or from storage, and is ignored where it makes no sense. */
export const withGrammarChange = (
  before: GrammarSettings,
  changes: { [K in keyof GrammarSettingsChange]?: unknown },
): GrammarSettings => ({
  on: typeof changes.on === "boolean" ? changes.on : before.on,
  dialect: DIALECTS.find((dialect) => dialect === changes.dialect) ?? before.dialect,
  words: withListChange(before.words, changes.addWord, changes.removeWord),
  off: withRuleChange(before.off, changes.ruleOff, changes.ruleOn),
});
