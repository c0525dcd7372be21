/** Which tips of a draft were still there when it was posted, and which the rep had acted on by then. */
import { isHabit, type PostedRules } from "../shared/seen.js";
import type { Tip } from "../shared/view.js";

type ShownTip = Pick<Tip, "finding" | "words">;

export interface PostedTips {
  /** The rules of all tips since the draft was begun. */
  readonly shown: ReadonlySet<string>;
  readonly isNewDraft: boolean;
  /** Those of the last assessment, and its text. */
  readonly last: { readonly text: string; readonly tips: readonly ShownTip[] } | null;
}

export const NOTHING_POSTED: PostedTips = { shown: new Set(), isNewDraft: false, last: null };

/** After an assessment of `text`, in which `tips` are, ignored ones too. */
export function withAssessed({ shown, isNewDraft }: PostedTips, text: string, tips: readonly ShownTip[]): PostedTips {
  return { shown: new Set([...(isNewDraft ? [] : shown), ...rulesOf(tips)]), isNewDraft: false, last: { text, tips } };
}

/** An empty editor is a new draft; but a site also empties it when the rep posts, just before that is noticed. */
export const emptied = (posted: PostedTips): PostedTips => ({ ...posted, isNewDraft: true });

/** The rules of the tips in `text` as it was posted; `null` if this very text was not assessed, or was posted already. */
export function rulesInPost(
  { last, shown }: PostedTips,
  text: string,
  isIgnored: (tip: ShownTip) => boolean,
): PostedRules | null {
  if (last?.text !== text) return null;
  const present = rulesOf(last.tips);
  const left = rulesOf(last.tips.filter((tip) => !isIgnored(tip)));
  return { left: [...left], fixed: [...shown].filter((rule) => !present.has(rule)) };
}

const rulesOf = (tips: readonly ShownTip[]): Set<string> =>
  new Set(tips.filter(({ finding }) => isHabit(finding)).map(({ finding }) => finding.rule));
