/** One draft's life, from the moment its composer is found until it leaves the page. README.md has the table of transitions. */
import { applyAssessed, applyGrammar, beginAssessment, changeAccess, schedule } from "./assessing.js";
import { applyAction, applyReplaced, applyRuleTurned, selectTip } from "./choosing.js";
import { becomeIdle, markInput, moveCaretTo, readEditor } from "./editing.js";
import type { DraftState } from "./state.js";
import { applyStep, applySuggested, dropOutdated } from "./suggestion.js";
import { postTips } from "./tips.js";
import { type DraftEvent, type Transition, to } from "./transition.js";
import { moveCaret } from "./typing.js";
import { answerComparison, NO_WORDING } from "./wording.js";

export type Reduce = (state: DraftState, event: DraftEvent) => Transition;

/** The state after the event, and what has to be done. Without side effects, and nothing follows once the draft has ended. */
export const reduce: Reduce = (state, event) => (state.hasEnded ? to(state) : dropOutdated(step(state, event)));

const step: Reduce = (state, event) => {
  switch (event.type) {
    case "started":
      return schedule({ ...state, typing: moveCaret(state.typing, event.caret) });
    case "editor-read":
      return readEditor(state, event);
    case "caret-moved":
      return moveCaretTo(state, event.caret);
    case "user-input":
      return markInput(state, event.durationMs, event.now);
    case "composition-started":
      return to({ ...state, typing: { ...state.typing, isComposing: true } });
    case "composition-ended":
      return schedule({ ...state, typing: { ...state.typing, isComposing: false } });
    case "timer-fired":
      return event.timer === "idle" ? becomeIdle(state) : beginAssessment({ ...state, isScheduled: false });
    case "assessed":
      return applyAssessed(state, event);
    case "grammar-checked":
      return applyGrammar(state, event);
    case "compared":
      if (event.request !== state.wording.request) return to(state);
      return to({ ...state, wording: answerComparison(state.wording, event.result) }, { do: "show" });
    case "suggested":
      return applySuggested(state, event.request, event.result);
    case "suggestion-step":
      return applyStep(state, event.request, event.step);
    case "replaced":
      return applyReplaced(state, event);
    case "chosen":
      return applyAction(state, event.action);
    case "tip-selected":
      return selectTip(state, event.tip);
    case "rule-turned":
      return applyRuleTurned(state, event);
    case "message":
      return to({ ...state, message: event.message }, { do: "show" });
    case "posted": {
      const { tips, rules } = postTips(state.tips, event.text);
      const posted = { ...state, tips, isSeenOpen: false };
      return rules ? to(posted, { do: "remember-post", rules }) : to(posted);
    }
    case "access-changed":
      return changeAccess(state, event.access);
    case "ended":
      return to({ ...state, hasEnded: true, wording: NO_WORDING, assessing: null, checkingGrammar: null }, { do: "stop" });
  }
};
