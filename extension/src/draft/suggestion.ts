/** A suggested wording for one piece of advice: asked for on the rep's click, and gone as soon as the text is another one. */
import { findProtected } from "../content/text/protected.js";
import type { Result } from "../shared/result.js";
import { textAt } from "../shared/span.js";
import type { Suggestion, SuggestionView } from "../shared/view.js";
import { isPlace } from "../shared/wire.js";
import { MAX_WORDED_DRAFT, type Suggested, type WordingStep } from "../shared/wording-help.js";
import { type DraftState, isCurrent, shownAdvice } from "./state.js";
import { andThen, type Transition, to } from "./transition.js";

export const NO_SUGGESTION: Suggestion = { state: "idle" };

/** Nothing is suggested for a draft with a protected sentence, even if the rep says that it is about business: it may go to another
 * company. Nor for articles and other sites, which cannot be compared. */
export const canSuggest = (state: DraftState): boolean =>
  state.access.isPaired &&
  state.access.wordingHelp.mode !== "off" &&
  state.status === "fresh" &&
  isCurrent(state) &&
  !isPlace(state.assessed?.assessment.surface) &&
  state.userText.text === state.text &&
  !state.typing.isComposing &&
  state.text.length <= MAX_WORDED_DRAFT &&
  findProtected(state.text).sentences.length === 0;

/** About the first words that the advice names, or about the whole draft if it names none. */
export function askForWording(state: DraftState, code: string): Transition {
  const tracked = shownAdvice(state).find(({ advice }) => advice.code === code);
  if (!tracked || state.suggestion.state === "asking" || !canSuggest(state)) return to(state);
  const { advice, places } = tracked;
  // The rep has changed these words: the advice is about nothing that is left.
  if (advice.spans.length > 0 && places.length === 0) return to(state);
  const { text } = state;
  const span = places[0]?.span ?? { start: 0, end: text.length };
  const request = state.lastRequest + 1;
  return to(
    {
      ...state,
      lastRequest: request,
      suggestion: { state: "asking", request, advice: code, text, step: { step: "writing" } },
    },
    { do: "show" },
    {
      do: "suggest",
      request,
      text,
      span,
      passage: textAt(text, span),
      advice: { code, message: advice.message, question: advice.question },
      company: state.access.wordingHelp.company,
    },
  );
}

export function applyStep(state: DraftState, request: number, step: WordingStep): Transition {
  const { suggestion } = state;
  if (suggestion.state !== "asking" || suggestion.request !== request) return to(state);
  return to({ ...state, suggestion: { ...suggestion, step } }, { do: "show" });
}

export function applySuggested(state: DraftState, request: number, result: Result<Suggested>): Transition {
  const { suggestion } = state;
  if (suggestion.state !== "asking" || suggestion.request !== request) return to(state);
  const { advice, text } = suggestion;
  if ("ok" in result) {
    // What is shown beside the rep's words must be about these words.
    const isOfText = textAt(text, result.ok.span) === result.ok.before;
    const next: Suggestion = isOfText ? { state: "shown", advice, text, suggested: result.ok } : NO_SUGGESTION;
    return to({ ...state, suggestion: next }, { do: "show" });
  }
  const { error, detail = "", code = "" } = result;
  const next: Suggestion = error === "stale" ? NO_SUGGESTION : { state: "failed", advice, text, error, detail, code };
  return to({ ...state, suggestion: next }, { do: "show" });
}

/** The rep no longer wants it. */
export const dropSuggestion = (state: DraftState): Transition =>
  to(
    { ...state, suggestion: NO_SUGGESTION },
    ...(state.suggestion.state === "asking" ? [{ do: "cancel-suggestion" } as const] : []),
    ...(state.suggestion.state === "idle" ? [] : [{ do: "show" } as const]),
  );

/** After every event: another text, a protected one, the end, or help that was switched off drops the suggestion and the request. */
export function dropOutdated(transition: Transition): Transition {
  const { suggestion, text, hasEnded, access, status } = transition.state;
  if (suggestion.state === "idle") return transition;
  const isWanted = access.isPaired && access.wordingHelp.mode !== "off" && !hasEnded && status !== "protected";
  return isWanted && text === suggestion.text ? transition : andThen(transition, dropSuggestion);
}

/** Only the rep's click puts it into the editor. */
export function replaceBySuggestion(state: DraftState): Transition {
  const { suggestion } = state;
  if (suggestion.state !== "shown" || suggestion.suggested.isTooLong) return to(state);
  const { span, before, after } = suggestion.suggested;
  return to(state, { do: "replace", span, words: before, replacement: after, caret: state.typing.lastCaret });
}

/** `null` where nothing of it may be visible. */
export function suggestionView(state: DraftState): SuggestionView | null {
  const { suggestion, access } = state;
  const { mode, company } = access.wordingHelp;
  if (mode === "off") return null;
  return { mode, company, canAsk: canSuggest(state) && suggestion.state !== "asking", suggestion };
}
