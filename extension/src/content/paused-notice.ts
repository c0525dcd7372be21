/**
 * Tells the rep that the coach is paused where they write, because the site has changed or its adapter is switched off: once
 * in the page, and in the panel and the popup for as long as it is so. Only the place is known here, nothing that is in it.
 */
import { adapterPaused } from "../shared/messages.js";
import type { DraftView } from "../shared/view.js";
import type { AdapterName } from "../shared/wire.js";
import { isVisible, type UnreadableComposer } from "./sites/site.js";

/** The sites whose notice was shown. Outlives a page that restarts after the rep's choices changed. */
const shown = new Set<AdapterName>();

export class PausedNotice {
  #place: UnreadableComposer | null = null;
  #message = "";
  readonly #id = crypto.randomUUID();
  #life = new AbortController();

  constructor(
    readonly signal: AbortSignal,
    readonly onChange: () => void,
  ) {
    signal.addEventListener("abort", () => this.clear());
  }

  get place(): UnreadableComposer | null {
    return this.#place;
  }

  /** Whether the notice has not been shown on this site yet. */
  get isUnseen(): boolean {
    return this.#place !== null && !shown.has(this.#place.adapter);
  }

  /** What is paused, in one sentence; empty if nothing is. */
  get message(): string {
    return this.#place ? this.#message || adapterPaused(this.#place.adapter) : "";
  }

  get view(): DraftView | null {
    if (!this.#place) return null;
    return {
      draft: this.#id,
      surface: this.#place.surface,
      status: "site-changed",
      detail: this.message,
      text: "",
      assessment: null,
      isCurrent: false,
      tips: [],
      ignored: 0,
      selected: null,
      canApply: false,
      needsFocus: false,
      message: "",
      keptWording: null,
      prompt: null,
    };
  }

  /** The rep writes at `place`; `message` is the operator's, if there is one. */
  show(place: UnreadableComposer, message: string): void {
    if (this.#place?.container === place.container && this.#message === message) {
      this.#place = place;
      return;
    }
    this.clear();
    this.#place = place;
    this.#message = message;
    this.#life = new AbortController();
    const resizes = new ResizeObserver(() => {
      if (!place.container.isConnected || !isVisible(place.container)) this.clear();
    });
    resizes.observe(place.container);
    this.#life.signal.addEventListener("abort", () => resizes.disconnect());
    this.onChange();
  }

  /** The rep has closed the notice. */
  dismiss(): void {
    if (this.#place) shown.add(this.#place.adapter);
  }

  clear(): void {
    if (!this.#place) return;
    this.dismiss();
    this.#life.abort();
    this.#place = null;
    this.onChange();
  }
}
