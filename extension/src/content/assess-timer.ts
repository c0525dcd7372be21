/** Schedules assessments of a draft: after a pause in typing, and again after a temporary error. */

/** A draft is sent after this long without a change. */
const TYPING_PAUSE_MS = 300;

/** After "unreachable" or "busy" the draft is sent again with its next change, or after this long if the rep is still in the
 * editor. The wait doubles each time, so that a struggling server is not overloaded. */
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

  schedule(ms = TYPING_PAUSE_MS): void {
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

  /** Makes the next retry wait no longer than the first one. */
  resetRetry(): void {
    this.#retryMs = RETRY_MS;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
