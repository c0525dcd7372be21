import type { Span } from "../shared/span.js";
import type { Mark } from "./paint/highlights.js";
import type { CanonicalText } from "./text/canonical.js";
import { overlaps } from "./text/sentences.js";
import type { TrackedTip } from "./tracked-tips.js";

/** Marks for the words of all tips except those in the sentence that is being typed. */
export function marksOf(tips: readonly TrackedTip[], tree: CanonicalText, sentence: Span | null): Mark[] {
  return tips.flatMap(({ tip, span }) => {
    if (!span || overlaps(span, sentence)) return [];
    const positions = tree.positionsAround(span.offset, span.offset + span.length);
    return [{ ...positions, offset: span.offset, severity: tip.finding.severity, tip: tip.id }];
  });
}
