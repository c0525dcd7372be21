/** Which words of a draft are underlined, and how. */
import { overlaps, type Span } from "../shared/span.js";
import type { Tip } from "../shared/view.js";
import type { TrackedAdvice } from "./advice.js";
import type { TrackedTip } from "./tips.js";

/** The line under the words: one for each severity of a tip, one for a tip around another one, one for advice, and one for advice that
 * the rep points at. */
export type Line = Tip["finding"]["severity"] | "around" | "advice" | "emphasis";

export interface Underline {
  span: Span;
  line: Line;
  /** Unique among the underlines of a draft. */
  id: string;
  /** The tip to open on a click; `null` for advice, whose sentences are clicked to edit them. */
  tip: string | null;
}

const lengthOf = ({ start, end }: Span): number => end - start;

/** The words of all tips except those in the sentence that is being typed. */
export function underlineTips(tips: readonly TrackedTip[], sentence: Span | null): Underline[] {
  const spans = tips.flatMap(({ span }) => (span && !overlaps(span, sentence) ? [span] : []));
  return tips.flatMap(({ tip, span }) => {
    if (!span || overlaps(span, sentence)) return [];
    const isAround =
      tip.finding.severity === "tip" && spans.some((other) => lengthOf(other) < lengthOf(span) && overlaps(other, span));
    return [{ span, line: isAround ? "around" : tip.finding.severity, id: tip.id, tip: tip.id }];
  });
}

/** The words of all advice, with those of the code `emphasized` set off, even in the sentence that is being typed. */
export function underlineAdvice(
  tracked: readonly TrackedAdvice[],
  sentence: Span | null,
  emphasized: string | null,
): Underline[] {
  // By place, because two pieces of advice may be about the same sentence, which needs one line.
  const underlines = new Map<string, Underline>();
  for (const { advice, places } of tracked) {
    const isEmphasized = advice.code === emphasized;
    for (const { span } of places) {
      if (!isEmphasized && overlaps(span, sentence)) continue;
      const id = `advice ${span.start} ${span.end}`;
      if (underlines.has(id) && !isEmphasized) continue;
      underlines.set(id, { span, line: isEmphasized ? "emphasis" : "advice", id, tip: null });
    }
  }
  return [...underlines.values()];
}
