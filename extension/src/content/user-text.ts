/**
 * Which text is the rep's own: present when they arrived, typed, pasted, or clicked into by them. Text that a page inserts by
 * itself is not sent: its scripts can set any text and dispatch any event, but not a trusted one.
 */
export class UserText {
  #text: string | null;
  /** A change before this time, by `performance.now()`, counts as user input. */
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

  /** Marks the text as the rep's, and also what it changes to within `durationMs`. Returns whether it was not marked before. */
  markUserInput(text: string, durationMs: number): boolean {
    if (durationMs > 0) this.#inputUntil = Math.max(this.#inputUntil, performance.now() + durationMs);
    if (this.#text === text) return false;
    this.#text = text;
    return true;
  }
}
