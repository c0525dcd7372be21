/** When the draft is assessed next: after a pause in typing, and again after an error that may pass. */

/** A draft is sent after this long without a change. */
const QUIET_MS = 300;

/** After an answer of "unreachable" or "busy" the next try comes with the next change, or after this long if the rep is
 * still in the editor. Doubled each time, so as not to press a server in trouble. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 80_000;

export class AssessTimer {
  readonly #run: () => void;
  #timer = 0;
  #retryMs = RETRY_MS;

  constructor(run: () => void) {
    this.#run = run;
  }

  get isScheduled(): boolean {
    return this.#timer !== 0;
  }

  schedule(ms = QUIET_MS): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#run();
    }, ms);
  }

  scheduleRetry(): void {
    this.schedule(this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  /** The next retry does not wait longer than the first. */
  resetRetry(): void {
    this.#retryMs = RETRY_MS;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
