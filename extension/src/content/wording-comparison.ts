/** An earlier wording of one draft, kept for a comparison: only in the page's memory, and gone with the editor. */
import type { Result } from "../shared/result.js";
import type { ComparisonState, KeptWording } from "../shared/view.js";
import type { Assessment, Comparison } from "../shared/wire.js";

export interface WordingComparisonOptions {
  /** Asks the server about the earlier and the current wording. */
  compare: (earlier: string, current: string) => Promise<Result<Comparison>>;
  onChange: () => void;
}

export class WordingComparison {
  readonly #options: WordingComparisonOptions;
  #kept: { text: string; assessment: Assessment | null } | null = null;
  #state: ComparisonState | null = null;
  /** The current wording of the last comparison. */
  #comparedText = "";

  constructor(options: WordingComparisonOptions) {
    this.#options = options;
  }

  get view(): KeptWording | null {
    return this.#kept && { ...this.#kept, comparison: this.#state };
  }

  /** `assessment` is of this very text, or `null` if it was made for another surface. */
  keep(text: string, assessment: Assessment | null): void {
    this.#kept = { text, assessment };
    this.#state = null;
    this.#options.onChange();
  }

  discard(): void {
    this.#kept = null;
    this.#state = null;
  }

  /** The draft is now `text`. A comparison of another wording is outdated. */
  textChanged(text: string): void {
    if (!this.#state || text === this.#comparedText) return;
    this.#state = this.#state.state === "failed" ? null : { state: "outdated" };
  }

  async compare(text: string): Promise<void> {
    if (!this.#kept || this.#state?.state === "asking") return;
    const asking: ComparisonState = { state: "asking" };
    this.#state = asking;
    this.#comparedText = text;
    this.#options.onChange();
    const result = await this.#options.compare(this.#kept.text, text);
    // In the meantime the rep has kept writing, kept another wording or left.
    if (this.#state !== asking) return;
    this.#state = toState(result);
    this.#options.onChange();
  }
}

function toState(result: Result<Comparison>): ComparisonState | null {
  if ("ok" in result) return { state: "answered", comparison: result.ok };
  return result.error === "stale" ? null : { state: "failed", error: result.error, detail: result.detail ?? "" };
}
