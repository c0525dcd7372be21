import { hasRows, renew } from "./held.js";
import type { DraftState } from "./state.js";
import { findTip } from "./tips.js";
import { type Transition, to } from "./transition.js";
import { currentViewOf } from "./view.js";

/** Underlines and shows what has changed, without a selected tip that is no longer there. */
export function showAll(state: DraftState): Transition {
  const isGone = state.selected !== null && !findTip(state.tips, state.selected);
  const next = isGone ? { ...state, selected: null } : state;
  const isEmpty = next.held !== null && !hasRows(next.held);
  const held = isEmpty ? renew(next.held, currentViewOf(next)) : next.held;
  return to(isEmpty ? { ...next, held } : next, { do: "paint" }, { do: "show" });
}
