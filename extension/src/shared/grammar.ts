/** Remarks on spelling and grammar, made on the rep's own device. They have no points and no evidence: they move no score. */
import type { Span } from "../content/text/remap.js";

/** In the order of the list to choose from. */
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

/** What is told of a draft: the findings, and the places of those whose words the rep has ignored before. */
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

/** As many words and rules are kept, of as many characters each. */
export const MAX_WORDS = 2_000;
export const MAX_WORD_LENGTH = 60;

const PREFIX = "Harper.";
export const grammarRule = (name: string): string => PREFIX + name;
export const isGrammarRule = (rule: string): boolean => rule.startsWith(PREFIX);

/** British spelling is taught in most of the world; the rest of it is told from the language that the browser is set to. */
const BY_LANGUAGE: Record<string, Dialect> = {
  "en-us": "american",
  "en-au": "australian",
  "en-ca": "canadian",
  "en-in": "indian",
};
export const defaultDialect = (language: string): Dialect =>
  BY_LANGUAGE[language.toLowerCase()] ?? (language.toLowerCase() === "en" ? "american" : "british");

/** Whether the words can be added to the dictionary: one word that a spelling rule does not know. */
export const canAddToDictionary = ({ rule, quote }: { rule: string; quote: string }): boolean =>
  rule === grammarRule("SpellCheck") && quote.length <= MAX_WORD_LENGTH && !/\s/.test(quote);
