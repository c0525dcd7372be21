/** An earlier wording of one draft, kept for a comparison: only in the page's memory, and gone with the editor. */
import type { Result } from "../shared/result.js";
import type { ComparisonState, KeptWording } from "../shared/view.js";
import type { Assessment, Comparison } from "../shared/wire.js";

export interface Wording {
  readonly kept: { readonly text: string; readonly assessment: Assessment | null } | null;
  readonly state: ComparisonState | null;
  /** The current wording of the last comparison. */
  readonly comparedText: string;
  /** The request whose response is awaited; those of earlier ones are dropped. */
  readonly request: number | null;
}

export const NO_WORDING: Wording = { kept: null, state: null, comparedText: "", request: null };

/** `assessment` is of this very text, or `null` if it was made for another surface. */
export const keepWording = (text: string, assessment: Assessment | null): Wording => ({
  ...NO_WORDING,
  kept: { text, assessment },
});

export const wordingView = ({ kept, state }: Wording): KeptWording | null => kept && { ...kept, comparison: state };

/** The draft is now `text`. A comparison of another wording is outdated, and so is its response. */
export function changeWording(wording: Wording, text: string): Wording {
  if (!wording.state || text === wording.comparedText) return wording;
  return { ...wording, request: null, state: wording.state.state === "failed" ? null : { state: "outdated" } };
}

export const askForComparison = (wording: Wording, text: string, request: number): Wording => ({
  ...wording,
  state: { state: "asking" },
  comparedText: text,
  request,
});

export const answerComparison = (wording: Wording, result: Result<Comparison>): Wording => ({
  ...wording,
  request: null,
  state: toState(result),
});

function toState(result: Result<Comparison>): ComparisonState | null {
  if ("ok" in result) return { state: "answered", comparison: result.ok };
  return result.error === "stale" ? null : { state: "failed", error: result.error, detail: result.detail ?? "" };
}
