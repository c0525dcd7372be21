/** What is typed in random sequences of events, and what the server and the grammar checker find in it. */
import type { GrammarResult } from "../../src/shared/grammar.js";
import type { MarkedAssessment } from "../../src/shared/protocol.js";
import { rulesOffOn } from "../../src/shared/rules-off.js";
import type { Suggested, WordingJob } from "../../src/shared/wording-help.js";
import { assessmentOf, findingOn, misspelling } from "./driver.js";

/** Recognised as protected on this device. */
export const PRIVATE = "My salary is too low.";
export const PRIVATE_SENTENCE = /(?<!\w)My salary is too low\./;
/** Recognised as protected by the server only. */
export const SECRET = "zebra";
export const WEAK = ["leverage", "synergy"];
export const MISSPELT = "formz";
/** What is typed: weak and misspelt words, whole and in halves, private sentences, emoji, ends of sentences. */
export const CHUNKS = [
  "We leverage forms. ",
  "synergy ",
  "lever",
  "age ",
  "Our formz help clinics. ",
  `${PRIVATE} `,
  `${SECRET} `,
  "\u{1F680} ",
  "Call me! ",
  "x",
  "\n",
] as const;

/** Each occurrence of the words. */
export const occurrences = <T>(words: readonly string[], text: string, toItem: (word: string, start: number) => T): T[] =>
  words.flatMap((word) => [...text.matchAll(new RegExp(word, "g"))].map(({ index }) => toItem(word, index)));

const isOff = (rule: string, entries: ReadonlySet<string>): boolean => rulesOffOn([...entries], "linkedin-post").includes(rule);

export function assess(text: string, rulesOff: ReadonlySet<string> = new Set()): MarkedAssessment {
  if (text.includes(SECRET)) return assessmentOf({ gate: { state: "protected", reasons: [] } });
  const findings = occurrences(
    WEAK.filter((word) => !isOff(`Repute.${word}`, rulesOff)),
    text,
    (word, start) => ({
      ...findingOn(word, text, `Repute.${word}`),
      span: { start, end: start + word.length },
    }),
  );
  const spans = [...text.matchAll(/We [a-z ]+\./g)].map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
  const advice = spans.length > 0 ? [{ code: "fact", message: "", question: "", worth: 5, spans }] : [];
  return assessmentOf({ findings, advice, sentence_ranges: spans, seen: findings.length > 1 ? [1] : [] });
}

export const suggestionFor = ({ span, passage }: Pick<WordingJob, "span" | "passage">): Suggested => ({
  span,
  before: passage,
  after: passage.replace("leverage", "use"),
  blanks: 0,
  doubtful: [],
  assessment: { score: 60, band: "good" },
  comparison: null,
  isTooLong: false,
});

export const checkGrammar = (text: string, rulesOff: ReadonlySet<string> = new Set()): GrammarResult => ({
  findings: occurrences(isOff("Harper.SpellCheck", rulesOff) ? [] : [MISSPELT], text, (word, start) => ({
    ...misspelling(word, text),
    span: { start, end: start + word.length },
  })),
  ignored: [],
});
