/** Where the rep is typing: the caret, the sentence around it, and whether they have paused. */

import { remapSentence, type TextEdit } from "../content/text/remap.js";
import { sentenceBeingTyped } from "../content/text/sentences.js";
import type { Span } from "../shared/span.js";

/** After this long without a change the rep counts as idle, and the sentence at the caret is no longer being typed. */
export const IDLE_MS = 2_000;

export interface Typing {
  /** The selection while the editor has the focus. */
  readonly caret: Span | null;
  /** The last selection, to be restored when the focus returns from the card. */
  readonly lastCaret: Span | null;
  /** The sentences of the last assessment, where they are now. */
  readonly sentences: readonly Span[];
  readonly isIdle: boolean;
  /** An input method is composing text, which is not the rep's final wording yet. */
  readonly isComposing: boolean;
}

export const NOT_TYPING: Typing = { caret: null, lastCaret: null, sentences: [], isIdle: true, isComposing: false };

/** The sentence that is being typed; `null` while the rep is idle or outside of the editor. */
export function sentenceIn({ caret, isIdle, sentences }: Typing, text: string): Span | null {
  return caret && !isIdle ? sentenceBeingTyped(caret.start, text, sentences) : null;
}

export const moveCaret = (typing: Typing, caret: Span | null): Typing => ({
  ...typing,
  caret,
  lastCaret: caret ?? typing.lastCaret,
});

/** The text was edited, so the rep is not idle. */
export const moveSentences = (typing: Typing, edit: TextEdit): Typing => ({
  ...typing,
  sentences: typing.sentences.flatMap((span) => remapSentence(span, edit) ?? []),
  isIdle: false,
});
