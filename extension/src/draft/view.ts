import { parseEntry } from "../shared/rules-off.js";
import { overlaps, textAt } from "../shared/span.js";
import type { CoreView, DraftView, EditorView } from "../shared/view.js";
import { hasRows, holdRows } from "./held.js";
import { type DraftState, isCurrent, protectionOf, shownAdvice, surfaceOf, typedSentence } from "./state.js";
import { suggestionView } from "./suggestion.js";
import { byWorth, goneBecause, visibleTips } from "./tips.js";
import { wordingView } from "./wording.js";

/** What the card, the panel and the web composer show of the draft. */
export const viewOf = (state: DraftState, editor: EditorView): DraftView => ({
  ...editor,
  surface: surfaceOf(state),
  ...coreViewOf(state),
});

export function coreViewOf(state: DraftState): CoreView {
  const current = currentViewOf(state);
  return state.held && hasRows(state.held)
    ? holdRows(state.held, current, (tip) => goneBecause(state.tips, tip, surfaceOf(state)))
    : current;
}

/** As it is now, whether or not the card's list is held as it was. */
export function currentViewOf(state: DraftState): CoreView {
  const sentence = typedSentence(state);
  const visible = visibleTips(state.tips, surfaceOf(state));
  // A remark on half a sentence would only interrupt. What is selected stays, because the rep is reading it.
  const listed = visible.filter(({ tip, span }) => tip.id === state.selected || !overlaps(span, sentence));
  return {
    status: state.status,
    detail: state.detail,
    text: state.text,
    assessment: state.assessed?.assessment ?? null,
    assessedText: state.assessed?.text ?? "",
    isCurrent: isCurrent(state),
    advice: shownAdvice(state).map(({ advice, places }) => ({
      advice,
      words: places.map(({ words }) => words),
      gone: [],
      isGone: false,
    })),
    unread: protectionOf(state).triggers.map((trigger) => textAt(state.text, trigger)),
    tips: byWorth(listed).map(({ tip }) => ({ ...tip, gone: null })),
    typing: visible.length - listed.length,
    ignored: state.tips.ignored.size,
    turnedOff: [...state.tips.off].map(parseEntry),
    isWaiting: false,
    isSeenOpen: state.isSeenOpen,
    selected: state.selected,
    message: state.message,
    keptWording: wordingView(state.wording),
    suggestion: suggestionView(state),
    prompt: null,
  };
}
