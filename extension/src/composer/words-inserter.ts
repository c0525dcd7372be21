/** Inserts the rep's own words into the draft, on their click: at the end of its words, or where the caret was last. */
import { Editor } from "../content/editors/editor.js";

export type Where = "end" | "caret";

/** `words` with a space on each side where it would otherwise touch another word. */
export function withSpaces(before: string, words: string, after: string): string {
  const start = before === "" || /\s$/.test(before) ? "" : " ";
  const end = after === "" || /^[\s.,;:!?)]/.test(after) ? "" : " ";
  return `${start}${words.trim()}${end}`;
}

/** Lines of nothing but hashtags at the end of a post. */
const LAST_HASHTAGS = /\s*\n\s*(?:#[\p{L}\p{N}_]+[\s,]*)+$/u;

/** Where the words of a text end: before its last hashtags. */
export const endOfWords = (text: string): number => text.match(LAST_HASHTAGS)?.index ?? text.length;

export class WordsInserter {
  readonly #editor: HTMLElement;
  /** Follows the words around it while they change. */
  #caret: Range | null = null;

  constructor(editor: HTMLElement) {
    this.#editor = editor;
    const remember = () => this.#remember();
    document.addEventListener("selectionchange", remember);
    // The browser reports a changed selection later, by then perhaps one in another field.
    editor.addEventListener("focusout", remember);
  }

  #remember(): void {
    const selection = document.getSelection();
    const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
    if (range && this.#editor.contains(range.startContainer)) this.#caret = range.cloneRange();
  }

  /** One step for Undo. Leaves the caret after the words. */
  insert(words: string, where: Where): void {
    this.#editor.focus({ preventScroll: true });
    const selection = document.getSelection();
    const isInside = this.#caret && this.#editor.contains(this.#caret.startContainer);
    if (where === "caret" && this.#caret && isInside) {
      selection?.removeAllRanges();
      selection?.addRange(this.#caret);
    } else selection?.selectAllChildren(this.#editor);
    selection?.collapseToEnd();
    const editor = new Editor(this.#editor);
    const snapshot = editor.read();
    const { text, tree } = snapshot;
    if (where === "end" && tree && endOfWords(text) < text.length) {
      const { node, offset } = tree.positionAt(endOfWords(text), "before");
      selection?.collapse(node, offset);
    }
    const offset = editor.selection(snapshot)?.start ?? text.length;
    const inserted = withSpaces(text.slice(0, offset), words, text.slice(offset));
    document.execCommand("insertText", false, inserted);
  }
}
