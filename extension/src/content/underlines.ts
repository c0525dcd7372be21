import { overlaps, type Span } from "../shared/span.js";
import type { Mark } from "./paint/highlights.js";
import type { CanonicalText } from "./text/canonical.js";
import type { TrackedAdvice } from "./tracked-advice.js";
import type { TrackedTip } from "./tracked-tips.js";

const lengthOf = ({ start, end }: Span): number => end - start;

/** Marks for the words of all tips except those in the sentence that is being typed. */
export function marksOf(tips: readonly TrackedTip[], tree: CanonicalText, sentence: Span | null): Mark[] {
  const spans = tips.flatMap(({ span }) => (span && !overlaps(span, sentence) ? [span] : []));
  return tips.flatMap(({ tip, span }) => {
    if (!span || overlaps(span, sentence)) return [];
    const positions = tree.positionsAround(span);
    const isAround =
      tip.finding.severity === "tip" && spans.some((other) => lengthOf(other) < lengthOf(span) && overlaps(other, span));
    return [{ ...positions, offset: span.start, line: isAround ? "around" : tip.finding.severity, id: tip.id, tip: tip.id }];
  });
}

/** Marks for the words of all advice, with those of the code `emphasized` set off, even in the sentence that is being typed. */
export function adviceMarksOf(
  tracked: readonly TrackedAdvice[],
  tree: CanonicalText,
  sentence: Span | null,
  emphasized: string | null,
): Mark[] {
  // By place, because two pieces of advice may be about the same sentence, which needs one line.
  const marks = new Map<string, Mark>();
  for (const { advice, places } of tracked) {
    const isEmphasized = advice.code === emphasized;
    for (const { span } of places) {
      if (!isEmphasized && overlaps(span, sentence)) continue;
      const id = `advice ${span.start} ${span.end}`;
      if (marks.has(id) && !isEmphasized) continue;
      const positions = tree.positionsAround(span);
      marks.set(id, { ...positions, offset: span.start, line: isEmphasized ? "emphasis" : "advice", id, tip: null });
    }
  }
  return [...marks.values()];
}
