/** The server's comparison of two wordings, in plain words. `a` is the earlier wording, `b` the current one. */

import { getMessage, getMessageOr, type MessageKey } from "./messages.js";
import type { Comparison } from "./wire.js";

export interface Verdict {
  title: string;
  /** Percentages that add up to 100, and of what; `null` where no study measured it. */
  odds: { of: string; kept: number; now: number } | null;
  /** Why the preferred wording is likely to do better. */
  reasons: string[];
  /** Why neither is called better, if it is not because they are close. */
  note: string;
  /** What the comparison is based on. */
  basis: string;
}

/** A study that a comparison can be based on, recognised by the server's sentence, and its messages here. */
interface Study {
  basis: RegExp;
  measured: MessageKey;
  odds: MessageKey;
  better: { a: MessageKey; b: MessageKey };
}

const BETTER = { a: "compare_better_earlier", b: "compare_better_current" } as const;

const STUDIES: readonly Study[] = [
  {
    basis: /^Right in (?<right>\d+)% of (?<pairs>[\d,]+) pairs of posts on X .*\(people: (?<people>\d+)%\)$/,
    measured: "compare_measured_posts",
    odds: "compare_odds_posts",
    better: BETTER,
  },
  {
    basis:
      /^Openings only: right in (?<right>\d+)% of (?<pairs>[\d,]+) pairs of a news site's headlines .* of (?<years>[\d-]+);/,
    measured: "compare_measured_openings",
    odds: "compare_odds_openings",
    better: { a: "compare_opening_earlier", b: "compare_opening_current" },
  },
];

/** A reason that repeats what the change of the score shows. */
const SCORES = /^Scores \d+ and \d+ of 100$/;

/** Our message for one of the server's sentences, or else that sentence. */
const inOurWords = (kind: "basis" | "reason", sentence: string): string =>
  getMessageOr(`${kind}_${sentence.split(":", 1)[0]?.toLowerCase().replaceAll(/\W+/g, "_")}`, sentence);

export function toVerdict({ preferred, probability_a: probability, basis, reasons }: Comparison): Verdict {
  const study = STUDIES.find((candidate) => candidate.basis.test(basis));
  const decided = preferred !== "undecided";
  const kept = Math.round(100 * probability);
  const note = decided ? "" : reasons.filter((reason) => !SCORES.test(reason)).join(" ");
  const undecided: MessageKey = note !== "" ? "compare_no_winner" : study ? "compare_close" : "compare_undecided";
  return {
    title: getMessage(decided ? (study?.better ?? BETTER)[preferred] : undecided),
    odds: study ? { of: getMessage(study.odds), kept, now: 100 - kept } : null,
    reasons: decided ? reasons.map((reason) => inOurWords("reason", reason)) : [],
    note,
    basis: study ? getMessage(study.measured, study.basis.exec(basis)?.groups) : inOurWords("basis", basis),
  };
}
