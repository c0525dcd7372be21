/** Work that may wait until the next frame is painted, so that it never makes a key wait. */

/** Where no frame comes, as in a tab that is covered, the work is done after this long. */
const LATEST_MS = 100;

export class AfterFrame {
  readonly #run: () => void;
  #frame = 0;
  #later = 0;

  constructor(run: () => void) {
    this.#run = (): void => {
      this.cancel();
      run();
    };
  }

  /** Once after the frame, however often it is asked for before. */
  ask(): void {
    if (this.#later !== 0) return;
    this.#later = window.setTimeout(this.#run, LATEST_MS);
    this.#frame = requestAnimationFrame(() => {
      clearTimeout(this.#later);
      this.#later = window.setTimeout(this.#run);
    });
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#later);
    this.#later = 0;
  }
}
