import type { DraftState } from "./state.js";
import { findTip } from "./tips.js";
import { type Transition, to } from "./transition.js";

/** Underlines and shows what has changed, without a selected tip that is no longer there. */
export function showAll(state: DraftState): Transition {
  const isGone = state.selected !== null && !findTip(state.tips, state.selected);
  return to(isGone ? { ...state, selected: null } : state, { do: "paint" }, { do: "show" });
}
