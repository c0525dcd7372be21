/** One editor: how to read its text and caret, and the one measured way to write into it. */
import { CanonicalText, type Place } from "../text/canonical.js";
import type { Span } from "../text/remap.js";

export type Engine = "quill" | "draft" | "prosemirror" | "lexical" | "plain" | "textarea";
export type Outcome = "applied" | "editor-unavailable" | "text-changed" | "composing" | "insert-failed";

/** Read back after these waits, in milliseconds: editors commit to their model a moment after the browser's insertion. */
const READ_BACK_MS = [60, 140] as const;

/** Quill folds what happens within a second into one undo step; waiting keeps our replacement a step of its own. */
const QUILL_UNDO_MS = 1_050;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

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
  /** `null` for a textarea, whose text has no tree. */
  map: CanonicalText | null;
}

export class Editor {
  readonly engine: Engine;
  isComposing = false;
  /** When the text last changed, by `performance.now()`; kept only to leave Quill's undo steps apart. */
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

  read(): Snapshot {
    if (this.element instanceof HTMLTextAreaElement) return { text: this.element.value, map: null };
    const map = new CanonicalText(this.element);
    return { text: map.text, map };
  }

  /** The selection as a span of the canonical text, or `null` when it is elsewhere. */
  selection(reading: Snapshot): Span | null {
    if (this.element instanceof HTMLTextAreaElement) {
      return { offset: this.element.selectionStart, length: this.element.selectionEnd - this.element.selectionStart };
    }
    const range = this.#selected();
    if (!range || !reading.map) return null;
    const start = reading.map.offsetOf({ node: range.startContainer, offset: range.startOffset });
    const end = reading.map.offsetOf({ node: range.endContainer, offset: range.endOffset });
    return start === null || end === null ? null : { offset: start, length: Math.max(0, end - start) };
  }

  #selected(): StaticRange | undefined {
    const { root } = this;
    // The plain selection names the shadow host for a caret that the person put inside a shadow root.
    return document.getSelection()?.getComposedRanges({ shadowRoots: root instanceof ShadowRoot ? [root] : [] })[0];
  }

  #select(from: Place, to: Place): void {
    document.getSelection()?.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  }

  #selectSpan(reading: Snapshot, span: Span): void {
    if (this.element instanceof HTMLTextAreaElement) this.element.setSelectionRange(span.offset, span.offset + span.length);
    else if (reading.map) {
      const end = span.offset + span.length;
      this.#select(reading.map.placeAt(span.offset, span.length > 0 ? "after" : "before"), reading.map.placeAt(end, "before"));
    }
  }

  /** Gives the editor the focus back, with the caret where it was. */
  async restoreFocus(caret: Span | null): Promise<void> {
    this.element.focus({ preventScroll: true });
    // The editor first restores a caret of its own, if it keeps one.
    await pause(0);
    if (caret) this.#selectSpan(this.read(), caret);
  }

  /** Draft.js replaces the wrong line when the page has no focus. */
  get needsFocus(): boolean {
    return this.engine === "draft";
  }

  /**
   * Replaces `words` at `span`, on the rep's click only: select, let the editor hear of it, insert as if typed, read
   * back, put the caret back where it was. Anything unexpected leaves the text alone and says so.
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
    if (this.engine === "quill") await pause(Math.max(0, QUILL_UNDO_MS - (performance.now() - this.lastChangedAt)));
    if (this.isComposing) return "composing";
    if (!this.element.isConnected) return "editor-unavailable";
    const before = this.read();
    if (before.text.slice(span.offset, span.offset + span.length) !== words) return "text-changed";
    const held = this.selection(before) ?? caret;

    this.element.focus({ preventScroll: true });
    this.#selectSpan(before, span);
    await pause(0);
    if (this.needsFocus && !document.hasFocus()) return "editor-unavailable";
    const now = this.read();
    const selected = this.selection(now);
    if (now.text !== before.text) return "text-changed";
    if (!selected || selected.offset !== span.offset || selected.length !== span.length) return "editor-unavailable";

    document.execCommand(replacement === "" ? "delete" : "insertText", false, replacement);
    const expected = before.text.slice(0, span.offset) + replacement + before.text.slice(span.offset + span.length);
    for (const wait of READ_BACK_MS) {
      await pause(wait);
      const after = this.read();
      if (after.text !== expected) continue;
      if (held) this.#selectSpan(after, { offset: moved(held.offset, span, replacement), length: 0 });
      return "applied";
    }
    return "insert-failed";
  }
}

function moved(caret: number, span: Span, replacement: string): number {
  if (caret <= span.offset) return caret;
  if (caret < span.offset + span.length) return span.offset + replacement.length;
  return caret + replacement.length - span.length;
}
