/** What follows from the rep's choices in the card or the panel. */
import { parseEntry, type RuleOff, toEntry } from "../shared/rules-off.js";
import type { Span } from "../shared/span.js";
import type { DraftAction, DraftView } from "../shared/view.js";
import { reassess } from "./assessing.js";
import { markInput } from "./editing.js";
import { enter, leave, renew } from "./held.js";
import { showAll } from "./showing.js";
import { type DraftState, isCurrent, sendableText, shownAdvice, surfaceOf } from "./state.js";

import { askForWording, dropSuggestion, replaceBySuggestion } from "./suggestion.js";

import { awaitTurnOn, endTurnOn, findTip, ignoreTip, restoreIgnored, restoreSeen, turnRuleOff, turnRuleOn } from "./tips.js";

import { andThen, type DraftEvent, type Effect, type Transition, to } from "./transition.js";
import { coreViewOf, currentViewOf } from "./view.js";
import { askForComparison, keepWording, NO_WORDING } from "./wording.js";

export function applyAction(state: DraftState, action: DraftAction): Transition {
  switch (action.do) {
    case "apply":
      return replace(state, action.tip, action.replacement);
    case "ignore": {
      const tracked = findTip(state.tips, action.tip);
      if (!tracked) return showAll(state);
      const { tips, key } = ignoreTip(state.tips, tracked);
      return andThen(to({ ...state, tips }, { do: "ignore", tip: key }), showAll);
    }
    case "restore-ignored": {
      const { tips, keys } = restoreIgnored(state.tips);
      return andThen(to({ ...state, tips }, { do: "restore-ignored", tips: keys }), showRenewed);
    }
    case "turn-off":
      return turnOff(state, action.tip, action.everywhere);
    case "turn-on": {
      if (!state.tips.off.has(action.entry)) return to(state);
      const off = parseEntry(action.entry);
      const next = { ...state, tips: awaitTurnOn(turnRuleOn(state.tips, action.entry), action.entry) };
      const isInPlace = state.held?.view.tips.some(({ finding }) => finding.rule === off.rule);
      return andThen(to(next, { do: "turn-rule", off, isOff: false }), isInPlace ? showAll : showRenewed);
    }
    case "enter-list":
      return to({ ...state, held: enter(state.held, action.by, coreViewOf(state)) });
    case "leave-list": {
      const held = leave(state.held, action.by);
      return held === state.held ? to(state) : to({ ...state, held }, { do: "show" });
    }
    case "report-covered":
      return to({ ...state, message: "covered" }, { do: "show" });
    case "toggle-seen":
      return showAll({ ...state, isSeenOpen: !state.isSeenOpen });
    case "restore-seen": {
      const { tips, rules } = restoreSeen(state.tips);
      return andThen(to({ ...state, tips, isSeenOpen: false }, { do: "restore-seen", rules }), showRenewed);
    }
    case "select": {
      const span = action.tip === null ? null : findTip(state.tips, action.tip)?.span;
      return andThen(selectTip(state, action.tip), (next) => to(next, ...reveal(span)));
    }
    case "emphasize":
      return action.advice === state.emphasized ? to(state) : to({ ...state, emphasized: action.advice }, { do: "paint" });
    case "show-advice":
      return to(state, ...reveal(shownAdvice(state).find(({ advice }) => advice.code === action.advice)?.places[0]?.span));
    case "keep-wording":
      if (!isCurrent(state)) return to(state);
      return to({ ...state, wording: keepWording(state.text, state.assessed?.assessment ?? null) }, { do: "show" });
    case "discard-wording":
      return to({ ...state, wording: NO_WORDING }, { do: "show" });
    case "compare":
      return compare(state);
    case "suggest-wording":
      return askForWording(state, action.advice);
    case "drop-suggestion":
      return dropSuggestion(state);
    case "use-suggestion":
      return replaceBySuggestion(state);
    case "read-anyway":
      return reassess({ ...state, readAnyway: true });
    case "retry":
      return reassess(state);
  }
}

/** Shows the rows that the rep asked for at once, even in a list that is held as it was. */
const showRenewed = (state: DraftState): Transition => showAll({ ...state, held: renew(state.held, currentViewOf(state)) });

function turnOff(state: DraftState, id: string, everywhere: boolean): Transition {
  const tracked = findTip(state.tips, id);
  if (!tracked) return showAll(state);
  const off: RuleOff = { rule: tracked.tip.finding.rule, surface: everywhere ? null : surfaceOf(state) };
  const next: DraftState = { ...state, tips: turnRuleOff(state.tips, off), message: "" };
  return andThen(to(next, { do: "turn-rule", off, isOff: true }), showAll);
}

/** The server has turned the rule off or on, and then the text is scored anew. If it has not, the card shows what is the case. */
export function applyRuleTurned(
  state: DraftState,
  { off, isOff, hasFailed }: Extract<DraftEvent, { type: "rule-turned" }>,
): Transition {
  const answered = { ...state, tips: isOff ? state.tips : endTurnOn(state.tips, toEntry(off)) };
  // Responses to requests of before would be those for the other rules.
  if (!hasFailed) return reassess({ ...answered, assessing: null, checkingGrammar: null });
  const tips = isOff ? turnRuleOn(state.tips, toEntry(off)) : turnRuleOff(state.tips, off);
  return showAll({ ...state, tips, message: isOff ? "not-turned-off" : "not-turned-on" });
}

const reveal = (span: Span | null | undefined): Effect[] => (span ? [{ do: "reveal", span }] : []);

/** Selects the tip, and unfolds the tips that the rep has seen before if it is one of them. */
export function selectTip(state: DraftState, tip: string | null): Transition {
  if (tip !== null && !findTip(state.tips, tip)) return to(state);
  const next: DraftState = { ...state, selected: tip, message: "" };
  const isFolded = tip !== null && findTip(state.tips, tip)?.tip.seen === true && !state.isSeenOpen;
  return isFolded ? showAll({ ...next, isSeenOpen: true }) : to(next, { do: "show" });
}

/** Here and in `replaceBySuggestion`, the editor is told to change its text. */
function replace(state: DraftState, id: string, replacement: string): Transition {
  const tracked = findTip(state.tips, id);
  if (!tracked?.span) return to(state);
  const { span, tip } = tracked;
  return to(state, { do: "replace", span, words: tip.words, replacement, caret: state.typing.lastCaret });
}

export function applyReplaced(
  state: DraftState,
  { outcome, replacement, now }: Extract<DraftEvent, { type: "replaced" }>,
): Transition {
  const message: DraftView["message"] =
    outcome === "applied" ? "applied" : outcome === "insert-failed" ? "not-applied" : "unchanged";
  const marked = outcome === "applied" ? markInput(state, 0, now) : to(state);
  const shown = andThen(marked, (next) => to({ ...next, message }, { do: "show" }));
  return outcome === "insert-failed" ? andThen(shown, (next) => to(next, { do: "copy", text: replacement })) : shown;
}

/** Asks which wording is likely to do better. Only on the rep's click. */
function compare(state: DraftState): Transition {
  const { text, wording, readAnyway } = state;
  if (!isCurrent(state) || !wording.kept || wording.kept.text === text || wording.state?.state === "asking") return to(state);
  const [earlier, current] = [wording.kept.text, text].map((sent) => sendableText({ text: sent, readAnyway })) as [
    string,
    string,
  ];
  const request = state.lastRequest + 1;
  if (!state.access.isPaired) {
    const failed = { ...wording, comparedText: text, state: { state: "failed", error: "unpaired", detail: "" } as const };
    return to({ ...state, wording: failed }, { do: "show" });
  }
  return to(
    { ...state, lastRequest: request, wording: askForComparison(wording, text, request) },
    { do: "show" },
    { do: "compare", request, earlier, current },
  );
}
