/** What a draft's advice asks for, and whether there is anything to remark at all. */
import type { DraftView } from "./view.js";
import type { Advice, Assessment } from "./wire.js";

/** The code of the advice to change nothing. */
const LEAVE = "leave";

/** The changes that would raise the score, in the server's order. */
export const leversOf = (advice: readonly Advice[]): Advice[] => advice.filter(({ code }) => code !== LEAVE);

/** The advice to leave the text as it is, if that is all there is. */
export const leaveOf = (advice: readonly Advice[]): Advice | null =>
  leversOf(advice).length === 0 ? (advice.find(({ code }) => code === LEAVE) ?? null) : null;

/** What the score mark shows: nothing beside the advice to leave a text that has no tips and whose score is low, such as a
 * condolence. The score's own tab still has it. */
export function markOf({ assessment, advice, tips, typing }: MarkedView): Assessment | null {
  const isLeft = leaveOf(advice.map((item) => item.advice)) !== null && tips.length === 0 && typing === 0;
  return isLeft && assessment?.band === "needs-work" ? { ...assessment, score: null, band: null } : assessment;
}

type MarkedView = Pick<DraftView, "assessment" | "advice" | "tips" | "typing">;

/** How many things there are to read: changes and tips, without the tips that the rep has seen before. */
export const countRemarks = ({ advice, tips }: Pick<DraftView, "advice" | "tips">): number =>
  leversOf(advice.filter(({ isGone }) => !isGone).map((item) => item.advice)).length +
  tips.filter(({ seen, gone }) => !seen && gone === null).length;

/** Whether the tip puts credit on hold. The rep cannot turn its rule off. */
export const holdsCredit = ({ message }: { message: string }, gate: Assessment["gate"] | undefined): boolean =>
  gate?.state === "held" && gate.reasons.includes(message);

/** Whether nothing is wrong with the draft: no change would help, no tip is left (of any kind, spelling and grammar too), it is
 * within its limit, and its credit is not on hold. */
export function isFaultless({ assessment, ...view }: Pick<DraftView, "assessment" | "advice" | "tips">): boolean {
  if (assessment?.gate.state !== "open" || countRemarks(view) > 0 || view.tips.length > 0) return false;
  return assessment.length === null || assessment.length.used <= assessment.length.limit;
}
