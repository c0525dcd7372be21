/** The server's comparison of two wordings, in plain words. `a` is the earlier wording, `b` the current one. */

import { getMessage, getMessageOr, type MessageKey } from "./messages.js";
import type { Comparison } from "./wire.js";

export interface Verdict {
  title: string;
  /** Percentages that add up to 100; `null` where no study measured them. */
  odds: { label: string; earlier: number; current: number } | null;
  /** Why the preferred wording is likely to do better. */
  reasons: string[];
  /** Why neither wording is preferred although the odds are not close; otherwise empty. */
  note: string;
  /** What the comparison is based on. */
  basis: string;
}

/** A study that a comparison can be based on: the server's sentence that identifies it, and the messages shown for it. */
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

/** A reason that only repeats the two scores, which are shown anyway. */
const SCORES_REASON = /^Scores \d+ and \d+ of 100$/;

/** The extension's own message for one of the server's sentences, or that sentence if there is none. */
const toMessage = (kind: "basis" | "reason", sentence: string): string =>
  getMessageOr(`${kind}_${sentence.split(":", 1)[0]?.toLowerCase().replaceAll(/\W+/g, "_")}`, sentence);

export function toVerdict({ preferred, probability_a: probability, basis, reasons }: Comparison): Verdict {
  const study = STUDIES.find((candidate) => candidate.basis.test(basis));
  const isDecided = preferred !== "undecided";
  const earlier = Math.round(100 * probability);
  const note = isDecided ? "" : reasons.filter((reason) => !SCORES_REASON.test(reason)).join(" ");
  const undecidedTitle: MessageKey = note !== "" ? "compare_no_winner" : study ? "compare_close" : "compare_undecided";
  return {
    title: getMessage(isDecided ? (study?.better ?? BETTER)[preferred] : undecidedTitle),
    odds: study ? { label: getMessage(study.odds), earlier, current: 100 - earlier } : null,
    reasons: isDecided ? reasons.map((reason) => toMessage("reason", reason)) : [],
    note,
    basis: study ? getMessage(study.measured, study.basis.exec(basis)?.groups) : toMessage("basis", basis),
  };
}
