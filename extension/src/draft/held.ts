/**
 * What the card shows while the pointer is over its list, or the keyboard's focus is in it: the rows stay as they were, so that
 * nothing moves from under the pointer. A changed list waits until both have left.
 */
import type { AdviceView, CoreView, Tip } from "../shared/view.js";

export type Presence = "pointer" | "focus";

export interface HeldView {
  readonly by: readonly Presence[];
  /** As shown when the first of them entered. */
  readonly view: CoreView;
}

export function enter(held: HeldView | null, by: Presence, shown: CoreView): HeldView {
  if (!held) return { by: [by], view: shown };
  return held.by.includes(by) ? held : { ...held, by: [...held.by, by] };
}

export function leave(held: HeldView | null, by: Presence): HeldView | null {
  const left = held?.by.filter((other) => other !== by) ?? [];
  return held && left.length > 0 ? { ...held, by: left } : null;
}

/** The rep asked for other rows, or there were none, so these are shown at once and held from now on. */
export const renew = (held: HeldView | null, shown: CoreView): HeldView | null => held && { ...held, view: shown };

/** Without rows nothing can move, so nothing is held. */
export const hasRows = ({ view: { advice, tips } }: HeldView): boolean => advice.length + tips.length > 0;

/** The rows of `held`, those that are gone marked as such; the score, and what does not move a row, as they are now. */
export function holdRows({ view }: HeldView, current: CoreView, goneBecause: (tip: Tip) => Tip["gone"]): CoreView {
  const tips = new Set(current.tips.map(({ id }) => id));
  const advice = new Map(current.advice.map((item) => [item.advice.code, item]));
  const stillThere = ({ advice: { code }, words }: AdviceView): boolean => {
    const now = advice.get(code);
    return now !== undefined && (words.length === 0 || words.some((quote) => now.words.includes(quote)));
  };
  const goneWords = ({ advice: { code }, words }: AdviceView): string[] =>
    words.filter((quote) => advice.get(code)?.words.includes(quote) !== true);
  const isScored = view.assessment?.score != null && current.assessment?.score != null;
  const assessment =
    isScored && view.assessment && current.assessment
      ? { ...current.assessment, gate: view.assessment.gate, note: view.assessment.note, note_code: view.assessment.note_code }
      : view.assessment;
  return {
    ...view,
    text: current.text,
    assessment,
    assessedText: isScored ? current.assessedText : view.assessedText,
    isCurrent: current.isCurrent && isScored,
    tips: view.tips.map((tip) => (tips.has(tip.id) ? tip : { ...tip, gone: goneBecause(tip) })),
    advice: view.advice.map((item) => ({ ...item, gone: goneWords(item), isGone: !stillThere(item) })),
    // Below all rows.
    ignored: current.ignored,
    isSeenOpen: current.isSeenOpen,
    selected: current.selected,
    message: current.message,
    keptWording: current.keptWording,
    suggestion: current.suggestion,
    isWaiting: hasNews(view, current),
  };
}

/** Whether something new waits; that a row is gone can be seen. */
function hasNews(view: CoreView, current: CoreView): boolean {
  const rows = new Set(rowsOf(view));
  return view.status !== current.status || rowsOf(current).some((row) => !rows.has(row));
}

const rowsOf = ({ advice, tips }: CoreView): string[] => [
  ...advice.map((item) => `advice ${item.advice.code}`),
  ...tips.map(({ id }) => id),
];
