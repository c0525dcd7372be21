/** What follows from the rep's own writing. */
import { computeSingleTextEdit } from "../content/text/remap.js";
import type { Span } from "../shared/span.js";
import { countPlaces, moveAdvice } from "./advice.js";
import { schedule } from "./assessing.js";
import { showAll } from "./showing.js";
import { type DraftState, RETRY_MS, typedSentence } from "./state.js";
import { moveTips } from "./tips.js";
import { andThen, type DraftEvent, type Transition, to } from "./transition.js";
import { IDLE_MS, moveCaret, moveSentences } from "./typing.js";
import { changeText, markUserInput } from "./user-text.js";
import { changeWording } from "./wording.js";

type EditorRead = Extract<DraftEvent, { type: "editor-read" }>;

export function readEditor(state: DraftState, { text, caret, now }: EditorRead): Transition {
  const edited = text === state.text ? to(state) : applyEdit(state, text, now);
  // Even a change that leaves the text as it is may have replaced the nodes under the highlights.
  return andThen(edited, (next) => showAll({ ...next, typing: moveCaret(next.typing, caret) }));
}

function applyEdit(state: DraftState, text: string, now: number): Transition {
  const edit = computeSingleTextEdit(state.text, text);
  const tips = moveTips(state.tips, edit, text);
  const advice = moveAdvice(state.advice, edit, text);
  // Whoever undoes the edit gets the tips back that it dropped: the text has to be assessed again.
  const hasLostCoach = tips.coach.length < state.tips.coach.length || countPlaces(advice) < countPlaces(state.advice);
  const hasLostGrammar = tips.grammar.length < state.tips.grammar.length;
  const next: DraftState = {
    ...state,
    text,
    tips,
    advice,
    assessedText: hasLostCoach ? null : state.assessedText,
    grammarText: hasLostGrammar ? null : state.grammarText,
    typing: moveSentences(state.typing, edit),
    userText: changeText(state.userText, text, now),
    wording: changeWording(state.wording, text),
    message: "",
    // An empty editor is a new draft.
    readAnyway: state.readAnyway && text.trim() !== "",
    retryMs: RETRY_MS,
  };
  const idle = to(next, { do: "start-timer", timer: "idle", ms: IDLE_MS });
  return next.typing.isComposing ? idle : andThen(idle, schedule);
}

export function moveCaretTo(state: DraftState, caret: Span | null): Transition {
  const next = { ...state, typing: moveCaret(state.typing, caret) };
  const hasLeft = state.typing.caret !== null && caret === null;
  const [before, after] = [typedSentence(state), typedSentence(next)];
  const isSame = before?.start === after?.start && before?.end === after?.end;
  return hasLeft || !isSame ? showAll(next) : to(next);
}

export function markInput(state: DraftState, durationMs: number, now: number): Transition {
  const isNew = state.userText.text !== state.text;
  const next = { ...state, userText: markUserInput(state.userText, state.text, durationMs, now) };
  return isNew && !state.typing.isComposing ? schedule(next) : to(next);
}

export function becomeIdle(state: DraftState): Transition {
  if (state.typing.isComposing) return to(state, { do: "start-timer", timer: "idle", ms: IDLE_MS });
  return showAll({ ...state, typing: { ...state.typing, isIdle: true } });
}
