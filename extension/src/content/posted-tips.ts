/** Which tips of a draft were still there when it was posted, and which the rep had acted on by then. */
import { isHabit, type PostedRules } from "../shared/seen.js";
import type { Tip } from "../shared/view.js";

type ShownTip = Pick<Tip, "finding" | "words">;

export class PostedTips {
  /** The rules of all tips since the draft was begun. */
  readonly #shown = new Set<string>();
  #isNewDraft = false;
  /** Those of the last assessment, and its text. */
  #last: { text: string; tips: readonly ShownTip[] } | null = null;

  /** `tips` are those in `text`, ignored ones too. */
  assessed(text: string, tips: readonly ShownTip[]): void {
    if (this.#isNewDraft) this.#shown.clear();
    this.#isNewDraft = false;
    this.#last = { text, tips };
    for (const rule of rulesOf(tips)) this.#shown.add(rule);
  }

  /** An empty editor is a new draft; but a site also empties it when the rep posts, just before that is noticed. */
  emptied(): void {
    this.#isNewDraft = true;
  }

  /** `null` if this very text was not assessed, or was posted already. */
  posted(text: string, isIgnored: (tip: ShownTip) => boolean): PostedRules | null {
    const last = this.#last;
    if (last?.text !== text) return null;
    const present = rulesOf(last.tips);
    const left = rulesOf(last.tips.filter((tip) => !isIgnored(tip)));
    const fixed = [...this.#shown].filter((rule) => !present.has(rule));
    this.#last = null;
    this.#shown.clear();
    return { left: [...left], fixed };
  }
}

const rulesOf = (tips: readonly ShownTip[]): Set<string> =>
  new Set(tips.filter(({ finding }) => isHabit(finding)).map(({ finding }) => finding.rule));
