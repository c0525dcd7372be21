/** Spelling and grammar, checked on the rep's own device. These findings have no points and do not affect the score. */
import type { Span } from "./span.js";

/** In the order of the list in the options. */
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

export interface GrammarSettings {
  on: boolean;
  dialect: Dialect;
  /** Words that the rep added to the dictionary. */
  words: string[];
  /** Rules that the rep turned off. */
  off: string[];
}

/** Limits of the dictionary and of the list of rules that are off: items, and characters of one item. */
export const MAX_WORDS = 2_000;
export const MAX_WORD_LENGTH = 60;

const PREFIX = "Harper.";
export const grammarRule = (name: string): string => PREFIX + name;
export const isGrammarRule = (rule: string): boolean => rule.startsWith(PREFIX);

/** By the language of the browser. Elsewhere British spelling is taught in most of the world. */
const BY_LANGUAGE: Record<string, Dialect> = {
  "en-us": "american",
  "en-au": "australian",
  "en-ca": "canadian",
  "en-in": "indian",
};
export const defaultDialect = (language: string): Dialect =>
  BY_LANGUAGE[language.toLowerCase()] ?? (language.toLowerCase() === "en" ? "american" : "british");

/** Whether a finding is about one word that the dictionary does not have, so that it can be added. */
export const canAddToDictionary = ({ rule, quote }: { rule: string; quote: string }): boolean =>
  rule === grammarRule("SpellCheck") && quote.length <= MAX_WORD_LENGTH && !/\s/.test(quote);
