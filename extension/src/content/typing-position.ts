/** Where the rep is typing: the caret, the sentence around it, and whether they have paused. */
import type { Span } from "../shared/span.js";
import type { Editor, Snapshot } from "./editors/editor.js";
import { remapSentence, type TextEdit } from "./text/remap.js";
import { sentenceBeingTyped } from "./text/sentences.js";

/** After this long without a change the rep counts as idle, and the sentence at the caret is no longer being typed. */
const IDLE_MS = 2_000;

export class TypingPosition {
  readonly #editor: Editor;
  readonly #onIdle: () => void;
  #sentences: Span[] = [];
  #caret: Span | null = null;
  #lastCaret: Span | null = null;
  #isIdle = true;
  #idleTimer = 0;

  constructor(editor: Editor, onIdle: () => void) {
    this.#editor = editor;
    this.#onIdle = onIdle;
  }

  /** The selection while the editor has the focus. */
  get caret(): Span | null {
    return this.#caret;
  }

  /** The last selection, to be restored when the focus returns from the card. */
  get lastCaret(): Span | null {
    return this.#lastCaret;
  }

  /** The sentence that is being typed; `null` while the rep is idle or outside of the editor. */
  sentenceIn(text: string): Span | null {
    if (!this.#caret || this.#isIdle) return null;
    return sentenceBeingTyped(this.#caret.start, text, this.#sentences);
  }

  readCaret(snapshot: Snapshot): void {
    this.#caret = this.#editor.isFocused ? this.#editor.selection(snapshot) : null;
    this.#lastCaret = this.#caret ?? this.#lastCaret;
  }

  setSentences(sentences: Span[]): void {
    this.#sentences = sentences;
  }

  /** The text was edited, so the rep is not idle. */
  applyEdit(edit: TextEdit): void {
    this.#sentences = this.#sentences.flatMap((span) => remapSentence(span, edit) ?? []);
    this.#restartIdleTimer();
  }

  stop(): void {
    clearTimeout(this.#idleTimer);
  }

  #restartIdleTimer(): void {
    this.#isIdle = false;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = window.setTimeout(() => {
      if (this.#editor.isComposing) {
        this.#restartIdleTimer();
        return;
      }
      this.#isIdle = true;
      this.#onIdle();
    }, IDLE_MS);
  }
}
