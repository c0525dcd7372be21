import { overlaps, textAt } from "../shared/span.js";
import type { DraftView } from "../shared/view.js";
import { type DraftState, isCurrent, protectionOf, typedSentence } from "./state.js";
import { suggestionView } from "./suggestion.js";
import { visibleTips } from "./tips.js";
import { wordingView } from "./wording.js";

/** What the editor and its page add to the view. */
export type EditorView = Pick<DraftView, "draft" | "surface" | "isUnderlined" | "canApply" | "needsFocus">;

/** What the card, the panel and the web composer show of the draft. */
export function viewOf(state: DraftState, editor: EditorView): DraftView {
  const sentence = typedSentence(state);
  return {
    ...editor,
    status: state.status,
    detail: state.detail,
    text: state.text,
    assessment: state.assessed?.assessment ?? null,
    assessedText: state.assessed?.text ?? "",
    isCurrent: isCurrent(state),
    advice: state.advice.map(({ advice, places }) => ({ advice, words: places.map(({ words }) => words) })),
    unread: protectionOf(state).triggers.map((trigger) => textAt(state.text, trigger)),
    tips: visibleTips(state.tips).map(({ tip, span }) => ({ ...tip, underCaret: overlaps(span, sentence) })),
    ignored: state.tips.ignored.size,
    isSeenOpen: state.isSeenOpen,
    selected: state.selected,
    message: state.message,
    keptWording: wordingView(state.wording),
    suggestion: suggestionView(state),
    prompt: null,
  };
}
