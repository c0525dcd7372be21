/** When a draft is assessed and its grammar checked, and what follows from the responses. */
import { computeSingleTextEdit, remapSentence } from "../content/text/remap.js";
import { withTrailingSpace } from "../content/text/sentences.js";
import type { MarkedAssessment } from "../shared/protocol.js";
import type { ErrorCode } from "../shared/result.js";
import { parseEntry } from "../shared/rules-off.js";
import type { Status } from "../shared/view.js";
import { trackAdvice } from "./advice.js";
import { showAll } from "./showing.js";
import { type Access, type DraftState, MAX_RETRY_MS, protectionOf, RETRY_MS, sendableText, surfaceOf } from "./state.js";
import { turnRuleOff, turnRuleOn, withCoach, withGrammar, withoutCoach, withoutTips } from "./tips.js";
import { andThen, type DraftEvent, type Transition, to } from "./transition.js";
import { isUnsent, unsentStatus } from "./unsent.js";

/** A draft is sent after this long without a change. */
export const TYPING_PAUSE_MS = 300;

const NO_FINDINGS = { findings: [], ignored: [] };

export const schedule = (state: DraftState, ms = TYPING_PAUSE_MS): Transition =>
  to({ ...state, isScheduled: true }, { do: "start-timer", timer: "assess", ms });

/** Assesses again even if the text is unchanged: the scoring or the rep's settings have changed, or the rep retries. */
export const reassess = (state: DraftState): Transition =>
  schedule({ ...state, assessedText: null, grammarText: null, retryMs: RETRY_MS }, 0);

/** The browser was paired or unpaired, grammar switched on or off, or something else that the responses depend on was changed. */
export function changeAccess(state: DraftState, access: Access): Transition {
  // Turned on elsewhere, as in the options.
  const turnedOn = state.access.rulesOff.filter((entry) => !access.rulesOff.includes(entry));
  const tips = turnedOn.reduce((before, entry) => {
    const { rule } = parseEntry(entry);
    // One for everywhere has taken its place.
    const isStillOff = before.off.has(entry) && access.rulesOff.includes(rule);
    return isStillOff ? turnRuleOff(before, { rule, surface: null }) : turnRuleOn(before, entry);
  }, state.tips);
  return reassess({ ...state, access, tips });
}

export function beginAssessment(state: DraftState): Transition {
  const { text, assessedText, grammarText } = state;
  if (state.typing.isComposing || (text === assessedText && text === grammarText)) return to(state);
  const status = unsentStatus(text, protectionOf(state));
  if (status) return andThen(to({ ...state, assessedText: null }, { do: "cancel" }), (next) => clear(next, status));
  if (state.userText.text !== text) return to(state);
  if (text === assessedText) return checkGrammar(state);
  if (!state.access.isPaired) return andThen(fail(state, "unpaired", "", false), checkGrammar);
  const request = state.lastRequest + 1;
  return to(
    {
      ...state,
      lastRequest: request,
      assessing: { id: request, text },
      status: isUnsent(state.status) ? "checking" : state.status,
    },
    { do: "show" },
    { do: "assess", request, text: sendableText(state), readAnyway: state.readAnyway },
  );
}

export function applyAssessed(
  state: DraftState,
  { request, result, hasFocus }: Extract<DraftEvent, { type: "assessed" }>,
): Transition {
  const { assessing } = state;
  if (assessing?.id !== request) return to(state);
  const { text: sent } = assessing;
  const waiting = { ...state, assessing: null };
  const applied =
    "ok" in result
      ? applyAssessment(waiting, sent, result.ok)
      : result.error === "stale"
        ? to(waiting)
        : fail(waiting, result.error, result.detail ?? "", hasFocus);
  // Last, because loading the checker blocks the worker.
  return andThen(applied, (next) => (sent === next.text ? checkGrammar(next) : to(next)));
}

function applyAssessment(state: DraftState, sent: string, assessment: MarkedAssessment): Transition {
  // Of another text by now, some findings may be lost, so that text is not assessed for good.
  const assessed = { ...state, assessedText: sent === state.text ? sent : null };
  if (assessment.gate.state === "protected") return andThen(clear(assessed, "protected", "server"), reassessIfOutdated);
  const { text } = state;
  const edit = computeSingleTextEdit(sent, text);
  const sentences = assessment.sentence_ranges.flatMap((span) => remapSentence(withTrailingSpace(span, sent), edit) ?? []);
  const shown = showAll({
    ...assessed,
    tips: withCoach(state.tips, assessment, sent, text, assessment.surface),
    advice: trackAdvice(assessment.advice, sent, text),
    typing: { ...state.typing, sentences },
    assessed: { text: sent, assessment },
    status: "fresh",
    detail: "",
    retryMs: RETRY_MS,
  });
  return andThen(shown, reassessIfOutdated);
}

/** The rep may have gone back to the previously assessed words meanwhile, for which nothing was sent. */
const reassessIfOutdated = (state: DraftState): Transition =>
  state.assessedText !== state.text && !state.isScheduled ? schedule(state, 0) : to(state);

/** Checks spelling and grammar. Errors are not shown, because the next change checks them again. */
function checkGrammar(state: DraftState): Transition {
  const { text, grammarText, access } = state;
  if (text === grammarText || text !== state.userText.text) return to(state);
  // The server recognised protected talk that this device did not: no part of it is analysed.
  if (isUnsent(state.status)) return to(state);
  const checked = { ...state, grammarText: text };
  // Without its protected sentences the text is no longer as the rep wrote it, so its grammar is not checked.
  if (!access.isPaired || !access.checksGrammar || protectionOf(state).sentences.length > 0) {
    const cleared = {
      ...checked,
      checkingGrammar: null,
      tips: withGrammar(state.tips, NO_FINDINGS, text, text, surfaceOf(state)),
    };
    return state.tips.grammar.length > 0 ? showAll(cleared) : to(cleared);
  }
  const request = state.lastRequest + 1;
  return to(
    { ...checked, lastRequest: request, checkingGrammar: { id: request, text } },
    { do: "check-grammar", request, text },
  );
}

export function applyGrammar(
  state: DraftState,
  { request, result }: Extract<DraftEvent, { type: "grammar-checked" }>,
): Transition {
  const { checkingGrammar } = state;
  if (checkingGrammar?.id !== request) return to(state);
  const waiting = { ...state, checkingGrammar: null };
  const { text: sent } = checkingGrammar;
  if ("error" in result) return showAll({ ...waiting, grammarText: null });
  const grammarText = sent === state.text ? sent : null;
  return showAll({ ...waiting, grammarText, tips: withGrammar(state.tips, result.ok, sent, state.text, surfaceOf(state)) });
}

function fail(state: DraftState, error: Exclude<ErrorCode, "stale">, detail: string, hasFocus: boolean): Transition {
  const isTransient = error === "unreachable" || error === "busy" || error === "invalid-answer";
  const status = error === "invalid-answer" || error === "bad-message" || error === "paused" ? "unreachable" : error;
  const failed: DraftState = {
    ...state,
    status,
    detail,
    assessedText: null,
    ...(isTransient ? {} : { tips: withoutCoach(state.tips), advice: [] }),
  };
  const retried =
    isTransient && hasFocus
      ? schedule({ ...failed, retryMs: Math.min(state.retryMs * 2, MAX_RETRY_MS) }, state.retryMs)
      : to(failed);
  return andThen(retried, showAll);
}

/** Nothing of this text is shown, and late responses to earlier ones are dropped. */
function clear(state: DraftState, status: Status, detail = ""): Transition {
  return showAll({
    ...state,
    tips: withoutTips(state.tips),
    advice: [],
    grammarText: null,
    assessing: null,
    checkingGrammar: null,
    typing: { ...state.typing, sentences: [] },
    assessed: null,
    status,
    detail,
  });
}
