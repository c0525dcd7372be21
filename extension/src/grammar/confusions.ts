/** Words that are taken for one another and that Harper does not find. Each pattern is narrow: a missed mistake costs less than a
 * false alarm. */
import type { GrammarFinding } from "../shared/grammar.js";
import { getMessage } from "../shared/messages.js";
import data from "./confusions.json" with { type: "json" };

interface Confusion {
  /** Harper's own rule, if it has one for the same words, so that one switch turns off both. */
  rule: string;
  /** A regular expression that matches the words to be replaced. */
  find: string;
  /** May contain "$1". */
  replace: string;
}

const CONFUSIONS = (data as readonly Confusion[]).map(({ rule, find, replace }) => ({
  rule,
  pattern: new RegExp(find, "gu"),
  replace,
}));

export function findConfusions(text: string): GrammarFinding[] {
  return CONFUSIONS.flatMap(({ rule, pattern, replace }) =>
    [...text.matchAll(pattern)].map((match): GrammarFinding => {
      const [quote, first = ""] = match;
      const right = inCaseOf(quote, replace.replace("$1", first));
      return {
        rule,
        span: { start: match.index, end: match.index + quote.length },
        quote,
        message: getMessage("grammar_confusion", { right }),
        severity: "grammar",
        replacements: [right],
      };
    }),
  );
}

const inCaseOf = (quote: string, words: string): string =>
  /^\p{Lu}/u.test(quote) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
