/** Keeps the composer's draft in this browser while it changes, restores it, and says so above the editor. */
import { getMessage } from "../shared/messages.js";
import type { Surface } from "../shared/wire.js";
import type { Draft, Drafts } from "./drafts.js";
import { element } from "./layout.js";

export class DraftKeeper {
  readonly #drafts: Drafts;
  readonly #editor: HTMLElement;
  readonly #note: HTMLElement;
  /** As last stored, restored or posted. */
  #kept = "";
  #hasFailed = false;
  #isRestored = false;

  constructor(drafts: Drafts, editor: HTMLElement, note: HTMLElement) {
    this.#drafts = drafts;
    this.#editor = editor;
    this.#note = note;
    window.addEventListener("beforeunload", (event) => {
      if (this.#hasFailed && editor.textContent?.trim() !== "") event.preventDefault();
    });
  }

  /** Whether the text in the editor was restored and is on screen since. */
  get isRestored(): boolean {
    return this.#isRestored;
  }

  /** Puts a kept draft into the editor. */
  restore({ text }: Draft): void {
    this.#editor.textContent = text;
    this.#kept = text;
    this.#isRestored = true;
    const clear = element("button", { type: "button" }, getMessage("write_clear"));
    clear.addEventListener("click", () => this.#clear());
    this.#note.replaceChildren(element("span", {}, getMessage("write_restored")), clear);
  }

  /** Stores the draft if its text has changed. */
  changed({ surface, text }: Draft): void {
    if (text === this.#kept) return;
    this.#kept = text;
    const isKept = this.#drafts.keep({ surface, text });
    if (isKept && (this.#hasFailed || text.trim() === "")) this.#clearNote();
    if (!isKept) this.#note.replaceChildren(getMessage("write_not_kept"));
    this.#hasFailed = !isKept;
  }

  /** The text in the editor counts now, or is a copy of one that does. */
  posted(surface: Surface): void {
    this.#drafts.delete(surface);
    this.#clearNote();
  }

  /**
   * The rep chooses another surface. Its own draft is shown if it has one, and the current one stays where it is; otherwise the
   * current one moves there. Returns whether the editor's text was replaced.
   */
  changeSurface(current: Draft, surface: Surface): boolean {
    const text = this.#drafts.text(surface);
    if (text !== "" && text !== current.text) {
      this.restore({ surface, text });
      return true;
    }
    if (this.#drafts.text(current.surface) !== "") {
      this.#drafts.delete(current.surface);
      this.#drafts.keep({ surface, text: current.text });
    }
    return false;
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
