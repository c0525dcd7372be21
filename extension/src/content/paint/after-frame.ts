/** Defers work until the next frame is painted, so that no key press waits for it. */

/** A hidden tab paints no frames; the work is then done after this long. */
const FALLBACK_MS = 100;

export class AfterFrame {
  readonly #run: () => void;
  #frame = 0;
  #timeout = 0;

  constructor(run: () => void) {
    this.#run = (): void => {
      this.cancel();
      run();
    };
  }

  /** Runs once after the next frame, however often this is called before. */
  schedule(): void {
    if (this.#timeout !== 0) return;
    this.#timeout = window.setTimeout(this.#run, FALLBACK_MS);
    this.#frame = requestAnimationFrame(() => {
      clearTimeout(this.#timeout);
      this.#timeout = window.setTimeout(this.#run);
    });
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timeout);
    this.#timeout = 0;
  }
}
