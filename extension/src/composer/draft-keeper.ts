/** Keeps the composer's draft in this browser while it changes, restores it, and says so above the editor. */
import { getMessage } from "../shared/messages.js";
import type { Surface } from "../shared/wire.js";
import type { Draft, KeptText, KeptTexts } from "./kept-texts.js";
import { element } from "./layout.js";

export class DraftKeeper {
  readonly #drafts: KeptTexts;
  readonly #editor: HTMLElement;
  readonly #note: HTMLElement;
  #id: string = crypto.randomUUID();
  /** As last seen here, kept or not. */
  #text = "";
  /** As last stored by this tab or opened in it. */
  #stored = "";
  #hasFailed = false;
  #isRestored = false;

  constructor(drafts: KeptTexts, editor: HTMLElement, note: HTMLElement) {
    this.#drafts = drafts;
    this.#editor = editor;
    this.#note = note;
    window.addEventListener("beforeunload", (event) => {
      if (this.#hasFailed && editor.textContent?.trim() !== "") event.preventDefault();
    });
  }

  /** The id under which the text in the editor is kept, once it has words. */
  get id(): string {
    return this.#id;
  }

  /** Whether the text in the editor was restored and is on screen since. */
  get isRestored(): boolean {
    return this.#isRestored;
  }

  /** Whether the editor has a text that the browser cannot keep, so that another draft must not take its place. */
  get hasUnkept(): boolean {
    return this.#hasFailed;
  }

  /** Puts the draft of an earlier visit into the editor. */
  restore(draft: KeptText): void {
    this.open(draft);
    const clear = element("button", { type: "button" }, getMessage("write_clear"));
    clear.addEventListener("click", () => this.#clear());
    this.#note.replaceChildren(element("span", {}, getMessage("write_restored")), clear);
  }

  /** Puts a kept draft into the editor; the one that was there stays kept. */
  open({ id, text }: KeptText): void {
    this.#show(id, text);
    this.#isRestored = true;
  }

  /** Empties the editor for another draft; the one that was there stays kept. */
  start(): void {
    this.#show(crypto.randomUUID(), "");
  }

  #show(id: string, text: string): void {
    this.#clearNote();
    const { parentNode, nextSibling } = this.#editor;
    // Undo must not bring back the words of the draft before, and it forgets those of an element that was removed.
    this.#editor.remove();
    this.#editor.textContent = text;
    parentNode?.insertBefore(this.#editor, nextSibling);
    [this.#id, this.#text, this.#stored, this.#hasFailed] = [id, text, text, false];
  }

  /** Stores the draft if its text has changed. */
  changed({ surface, text }: Draft): void {
    if (text === this.#text) return;
    const stored = this.#drafts.get(this.#id);
    const isChangedElsewhere = stored !== null && stored.text !== this.#stored;
    if (isChangedElsewhere) this.#id = crypto.randomUUID();
    this.#text = text;
    const isKept = this.#drafts.keep({ id: this.#id, surface, text });
    if (isKept) this.#stored = text;
    if (isKept && (this.#hasFailed || text.trim() === "")) this.#clearNote();
    if (isChangedElsewhere) this.#note.replaceChildren(getMessage("write_changed_elsewhere"));
    if (!isKept) this.#note.replaceChildren(getMessage("write_not_kept"));
    this.#hasFailed = !isKept;
  }

  /** The text in the editor counts now, or is a copy of one that does. What is written next is another draft. */
  posted(): void {
    this.#drafts.delete(this.#id);
    this.#id = crypto.randomUUID();
    this.#clearNote();
  }

  /** The rep chooses where the draft in the editor will appear. */
  changeSurface(surface: Surface): void {
    const stored = this.#drafts.get(this.#id);
    if (stored) this.#drafts.keep({ ...stored, surface, at: Date.now() });
  }

  /** As if the rep had selected everything and deleted it, so that Undo brings it back. */
  #clear(): void {
    this.#editor.focus({ preventScroll: true });
    document.execCommand("selectAll");
    document.execCommand("delete");
  }

  #clearNote(): void {
    this.#isRestored = false;
    this.#note.replaceChildren();
  }
}
