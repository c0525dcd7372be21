/** What can happen to a draft, and what has to be done about it. Both are plain data. */
import type { GrammarResult } from "../shared/grammar.js";
import type { TipKey } from "../shared/ignored.js";
import type { MarkedAssessment } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { RuleOff } from "../shared/rules-off.js";
import type { PostedRules } from "../shared/seen.js";
import type { Span } from "../shared/span.js";
import type { DraftAction, DraftView } from "../shared/view.js";
import type { Comparison } from "../shared/wire.js";
import type { Suggested, WordingJob, WordingStep } from "../shared/wording-help.js";
import type { Access, DraftState } from "./state.js";

/** "assess": a pause in typing, or the wait before a retry. "idle": the rep has stopped typing. */
export type Timer = "assess" | "idle";

/** How the editor took a replacement. */
export type Outcome = "applied" | "editor-unavailable" | "text-changed" | "composing" | "insert-failed";

/** `now` is the time by `performance.now()`. */
export type DraftEvent =
  /** The session has begun. */
  | { type: "started"; caret: Span | null }
  /** The editor's tree or value changed; the text may be the same. `caret` is `null` while the editor lacks the focus. */
  | { type: "editor-read"; text: string; caret: Span | null; now: number }
  | { type: "caret-moved"; caret: Span | null }
  /** The rep used the editor; changes within `durationMs` are the result. */
  | { type: "user-input"; durationMs: number; now: number }
  | { type: "composition-started" }
  | { type: "composition-ended" }
  | { type: "timer-fired"; timer: Timer }
  /** `hasFocus`: whether the rep still is in the editor. */
  | { type: "assessed"; request: number; result: Result<MarkedAssessment>; hasFocus: boolean }
  | { type: "grammar-checked"; request: number; result: Result<GrammarResult> }
  | { type: "compared"; request: number; result: Result<Comparison> }
  | { type: "suggested"; request: number; result: Result<Suggested> }
  | { type: "suggestion-step"; request: number; step: WordingStep }
  | { type: "replaced"; outcome: Outcome; replacement: string; now: number }
  /** The rep chose this in the card or the panel. */
  | { type: "chosen"; action: DraftAction }
  /** The card was opened or closed with this tip selected. */
  | { type: "tip-selected"; tip: string | null }
  /** The server's answer to turning a rule off or on. */
  | { type: "rule-turned"; off: RuleOff; isOff: boolean; hasFailed: boolean }
  | { type: "message"; message: DraftView["message"] }
  /** The rep has posted this text. What is written next in this editor is a new draft. */
  | { type: "posted"; text: string }
  /** The scoring or the rep's settings have changed. */
  | { type: "access-changed"; access: Access }
  | { type: "ended" };

export type Effect =
  /** Starts the timer anew. */
  | { do: "start-timer"; timer: Timer; ms: number }
  /** Requests; each replaces the one of its kind that is in flight. */
  | { do: "assess"; request: number; text: string; readAnyway: boolean }
  | { do: "check-grammar"; request: number; text: string }
  | { do: "compare"; request: number; earlier: string; current: string }
  | ({ do: "suggest"; request: number } & Omit<WordingJob, "surface">)
  | { do: "cancel-suggestion" }
  /** Cancels the requests in flight. */
  | { do: "cancel" }
  /** Underlines the words anew. */
  | { do: "paint" }
  /** The view has changed. */
  | { do: "show" }
  /** Brings the words into view. */
  | { do: "reveal"; span: Span }
  /** The only effect that changes the text. */
  | { do: "replace"; span: Span; words: string; replacement: string; caret: Span | null }
  | { do: "copy"; text: string }
  | { do: "ignore"; tip: TipKey }
  | { do: "restore-ignored"; tips: TipKey[] }
  /** Turns a rule off or on, everywhere or on one surface. */
  | { do: "turn-rule"; off: RuleOff; isOff: boolean }
  /** Remembers on this device which tips were left in a post and which were acted on. */
  | { do: "remember-post"; rules: PostedRules }
  /** The tips of these rules, which were folded away, count as new. */
  | { do: "restore-seen"; rules: string[] }
  /** Stops the timers, cancels the requests and removes the underlines. */
  | { do: "stop" };

export interface Transition {
  readonly state: DraftState;
  readonly effects: readonly Effect[];
}

export const to = (state: DraftState, ...effects: Effect[]): Transition => ({ state, effects });

/** One transition after the other. */
export function andThen({ state, effects }: Transition, next: (state: DraftState) => Transition): Transition {
  const second = next(state);
  return { state: second.state, effects: [...effects, ...second.effects] };
}
