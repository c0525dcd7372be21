/** An earlier wording of one draft, kept to compare with: in this page's memory alone, and gone with the editor. */
import type { Result } from "../shared/result.js";
import type { ComparisonState, KeptWording } from "../shared/view.js";
import type { Assessment, Comparison } from "../shared/wire.js";

export interface WordingComparisonOptions {
  /** Asks the server about the earlier wording and the one of now. */
  compare: (earlier: string, now: string) => Promise<Result<Comparison>>;
  onChange: () => void;
}

export class WordingComparison {
  readonly #options: WordingComparisonOptions;
  #kept: { text: string; assessment: Assessment | null } | null = null;
  comparison: ComparisonState | null = null;
  /** The wording that the last question was about. */
  comparedText = "";

  constructor(options: WordingComparisonOptions) {
    this.#options = options;
  }

  get view(): KeptWording | null {
    return this.#kept && { ...this.#kept, comparison: this.comparison };
  }

  /** `assessment` is of this very text, or `null` where it has none that counts here. */
  keep(text: string, assessment: Assessment | null): void {
    this.#kept = { text, assessment };
    this.comparison = null;
    this.#options.onChange();
  }

  discard(): void {
    this.#kept = null;
    this.comparison = null;
  }

  /** The draft reads `text` now. An answer about other words is no longer one. */
  textChanged(text: string): void {
    if (!this.comparison || text === this.comparedText) return;
    this.comparison = this.comparison.state === "failed" ? null : { state: "outdated" };
  }

  async compare(text: string): Promise<void> {
    if (!this.#kept || this.comparison?.state === "asking") return;
    const asked: ComparisonState = { state: "asking" };
    this.comparison = asked;
    this.comparedText = text;
    this.#options.onChange();
    const answer = await this.#options.compare(this.#kept.text, text);
    // The rep has written on, kept another wording or left meanwhile.
    if (this.comparison !== asked) return;
    if ("ok" in answer) this.comparison = { state: "answered", comparison: answer.ok };
    else
      this.comparison = answer.error === "stale" ? null : { state: "failed", error: answer.error, detail: answer.detail ?? "" };
    this.#options.onChange();
  }
}
