/** One editor: how its text and caret are read, and the one way of writing into it that tests showed to be reliable. */

import type { Outcome } from "../../draft/transition.js";
import { type Span, textAt } from "../../shared/span.js";
import { CanonicalText, type Position } from "../text/canonical.js";

export type Engine = "quill" | "draft" | "prosemirror" | "lexical" | "plain" | "textarea";

/** The text is read back after these waits, in milliseconds: editors update their model shortly after the browser's insertion. */
const READ_BACK_MS = [60, 140] as const;

/**
 * Quill merges changes within a second into one undo step; waiting keeps a replacement a step of its own. The rest is for a busy
 * page, where Quill notes a change later than we do.
 */
const QUILL_UNDO_MS = 1_300;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function engineOf(element: HTMLElement): Engine {
  if (element instanceof HTMLTextAreaElement) return "textarea";
  if (element.hasAttribute("data-lexical-editor")) return "lexical";
  if (element.matches(".ProseMirror")) return "prosemirror";
  if (element.matches(".ql-editor")) return "quill";
  if (element.matches(".public-DraftEditor-content") || element.closest(".DraftEditor-root")) return "draft";
  return "plain";
}

export interface Snapshot {
  text: string;
  /** The text's map to the DOM; `null` for a textarea, whose text has none. */
  tree: CanonicalText | null;
}

export class Editor {
  readonly engine: Engine;
  isComposing = false;
  /** When the text last changed, by `performance.now()`; needed only to keep Quill's undo steps apart. */
  lastChangedAt = -QUILL_UNDO_MS;

  constructor(readonly element: HTMLElement) {
    this.engine = engineOf(element);
  }

  get root(): Document | ShadowRoot {
    return this.element.getRootNode() as Document | ShadowRoot;
  }

  get isFocused(): boolean {
    const active = this.root.activeElement;
    return active !== null && (active === this.element || this.element.contains(active));
  }

  /** Whether the text is in nodes below the element, as opposed to a textarea's value. */
  get hasTree(): boolean {
    return !(this.element instanceof HTMLTextAreaElement);
  }

  read(): Snapshot {
    if (this.element instanceof HTMLTextAreaElement) return { text: this.element.value, tree: null };
    const tree = new CanonicalText(this.element);
    return { text: tree.text, tree };
  }

  /** The selection as a span of the canonical text, or `null` when it is outside of the editor. */
  selection(snapshot: Snapshot): Span | null {
    if (this.element instanceof HTMLTextAreaElement) {
      return { start: this.element.selectionStart, end: this.element.selectionEnd };
    }
    const range = this.#selectedRange();
    if (!range || !snapshot.tree) return null;
    const start = snapshot.tree.offsetOf({ node: range.startContainer, offset: range.startOffset });
    const end = snapshot.tree.offsetOf({ node: range.endContainer, offset: range.endOffset });
    return start === null || end === null ? null : { start, end: Math.max(start, end) };
  }

  #selectedRange(): StaticRange | undefined {
    const { root } = this;
    // `getSelection()` alone gives the shadow host for a caret inside a shadow root.
    return document.getSelection()?.getComposedRanges({ shadowRoots: root instanceof ShadowRoot ? [root] : [] })[0];
  }

  #select(from: Position, to: Position): void {
    document.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  }

  #selectSpan(snapshot: Snapshot, span: Span): void {
    if (this.element instanceof HTMLTextAreaElement) this.element.setSelectionRange(span.start, span.end);
    else if (snapshot.tree) {
      this.#select(
        snapshot.tree.positionAt(span.start, span.end > span.start ? "after" : "before"),
        snapshot.tree.positionAt(span.end, "before"),
      );
    }
  }

  /** Returns the focus to the editor, with the caret where it was. */
  async restoreFocus(caret: Span | null): Promise<void> {
    this.element.focus({ preventScroll: true });
    // The editor first restores a caret of its own, if it keeps one.
    await sleep(0);
    if (caret) this.#selectSpan(this.read(), caret);
  }

  /** Draft.js replaces the wrong line while the page has no focus. */
  get needsFocus(): boolean {
    return this.engine === "draft";
  }

  /**
   * Replaces `words` at `span`; called only on the rep's click. Selects the words, waits for the editor's selection handler,
   * inserts as if typed, reads the text back and restores the caret. Anything unexpected up to the insertion leaves the text as
   * it is, and the outcome tells what it was.
   */
  async replace({
    span,
    words,
    replacement,
    caret,
  }: {
    span: Span;
    words: string;
    replacement: string;
    caret: Span | null;
  }): Promise<Outcome> {
    if (replacement.includes("\n") || words.includes("\n")) return "insert-failed";
    if (this.engine === "quill") await sleep(Math.max(0, QUILL_UNDO_MS - (performance.now() - this.lastChangedAt)));
    if (this.isComposing) return "composing";
    if (!this.element.isConnected) return "editor-unavailable";
    const before = this.read();
    if (textAt(before.text, span) !== words) return "text-changed";
    const caretBefore = this.selection(before) ?? caret;

    this.element.focus({ preventScroll: true });
    this.#selectSpan(before, span);
    await sleep(0);
    if (this.needsFocus && !document.hasFocus()) return "editor-unavailable";
    const current = this.read();
    const selected = this.selection(current);
    if (current.text !== before.text) return "text-changed";
    if (!selected || selected.start !== span.start || selected.end !== span.end) return "editor-unavailable";

    document.execCommand(replacement === "" ? "delete" : "insertText", false, replacement);
    const expected = before.text.slice(0, span.start) + replacement + before.text.slice(span.end);
    for (const wait of READ_BACK_MS) {
      await sleep(wait);
      const after = this.read();
      if (after.text !== expected) continue;
      if (caretBefore) {
        const caretNow = caretAfter(caretBefore.start, span, replacement);
        this.#selectSpan(after, { start: caretNow, end: caretNow });
      }
      return "applied";
    }
    return "insert-failed";
  }
}

/** The offset of a caret, which was at `caret`, after `span` has been replaced. */
function caretAfter(caret: number, span: Span, replacement: string): number {
  if (caret <= span.start) return caret;
  if (caret < span.end) return span.start + replacement.length;
  return caret + replacement.length - (span.end - span.start);
}
