/**
 * Which text is the rep's own: found when they came, typed, pasted, or gone back to by them. What a page writes by itself is
 * not sent. Its scripts can set any text and fake any event, but not one that the browser trusts.
 */
export class UserText {
  #text: string | null;
  /** Until when a change counts as user input, by `performance.now()`. */
  #inputUntil = 0;

  constructor(text: string | null) {
    this.#text = text;
  }

  isUserText(text: string): boolean {
    return text === this.#text;
  }

  /** The editor's text changed, by the rep or by the page. */
  textChanged(text: string): void {
    if (performance.now() < this.#inputUntil) this.#text = text;
  }

  /** Marks the text as the rep's, and so what it changes to in the next `lastsMs`. Whether it was not known as theirs. */
  markUserInput(text: string, lastsMs: number): boolean {
    if (lastsMs > 0) this.#inputUntil = Math.max(this.#inputUntil, performance.now() + lastsMs);
    if (this.#text === text) return false;
    this.#text = text;
    return true;
  }
}
