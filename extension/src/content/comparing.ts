/** An earlier wording of one draft, kept to compare with: in this page's memory alone, and gone with the editor. */
import type { Answer } from "../shared/protocol.js";
import type { Asked, Kept } from "../shared/view.js";
import type { Assessment, Comparison } from "../shared/wire.js";

export interface ComparingOptions {
  /** Asks the server about the earlier wording and the one of now. */
  compare: (earlier: string, now: string) => Promise<Answer<Comparison>>;
  changed: () => void;
}

export class Comparing {
  readonly #options: ComparingOptions;
  #kept: { text: string; assessment: Assessment | null } | null = null;
  #asked: Asked | null = null;
  /** The wording that the last question was about. */
  #about = "";

  constructor(options: ComparingOptions) {
    this.#options = options;
  }

  get view(): Kept | null {
    return this.#kept && { ...this.#kept, asked: this.#asked };
  }

  /** `assessment` is of this very text, or `null` where it has none that counts here. */
  keep(text: string, assessment: Assessment | null): void {
    this.#kept = { text, assessment };
    this.#asked = null;
    this.#options.changed();
  }

  drop(): void {
    this.#kept = null;
    this.#asked = null;
  }

  /** The draft reads `text` now. An answer about other words is no longer one. */
  read(text: string): void {
    if (!this.#asked || text === this.#about) return;
    this.#asked = this.#asked.state === "failed" ? null : { state: "outdated" };
  }

  async ask(text: string): Promise<void> {
    if (!this.#kept || this.#asked?.state === "asking") return;
    const asked: Asked = { state: "asking" };
    this.#asked = asked;
    this.#about = text;
    this.#options.changed();
    const answer = await this.#options.compare(this.#kept.text, text);
    // The rep has written on, kept another wording or left meanwhile.
    if (this.#asked !== asked) return;
    if ("ok" in answer) this.#asked = { state: "answered", comparison: answer.ok };
    else this.#asked = answer.error === "stale" ? null : { state: "failed", error: answer.error, detail: answer.detail ?? "" };
    this.#options.changed();
  }
}
