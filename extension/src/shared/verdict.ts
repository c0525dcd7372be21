/** The server's answer about two wordings, in plain words. `a` is the earlier one, `b` the one of now. */
import { type Word, say, sayOr } from "./words.js";
import type { Comparison } from "./wire.js";

export interface Verdict {
  title: string;
  /** Chances in a hundred, which add up to it; `null` where nothing was measured. */
  odds: { kept: number; now: number } | null;
  /** What spoke for the preferred wording. */
  reasons: string[];
  /** What the answer rests on. */
  basis: string;
}

const BETTER = { a: "compare_better_kept", b: "compare_better_now" } as const satisfies Record<string, Word>;

const MEASURED = /^Right in (?<right>\d+)% of (?<pairs>[\d,.]+) pairs of posts on X .*\(people: (?<people>\d+)%\)$/;

/** The message file's wording of one of the server's sentences, else that sentence itself. */
const plain = (kind: "basis" | "reason", sentence: string): string =>
  sayOr(`${kind}_${sentence.split(":", 1)[0]?.toLowerCase().replaceAll(/\W+/g, "_")}`, sentence);

export function verdictOf({ preferred, probability_a: probability, basis, reasons }: Comparison): Verdict {
  const measured = MEASURED.exec(basis)?.groups;
  const kept = Math.round(100 * probability);
  return {
    title: say(preferred !== "undecided" ? BETTER[preferred] : measured ? "compare_undecided" : "compare_unmeasured"),
    odds: measured ? { kept, now: 100 - kept } : null,
    reasons: preferred === "undecided" ? [] : reasons.map((reason) => plain("reason", reason)),
    basis: measured ? say("compare_measured", measured) : plain("basis", basis),
  };
}
