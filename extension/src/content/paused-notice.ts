/**
 * "LinkedIn changed; reading is paused": where the rep writes and no adapter may read. Said once in a page, calmly; the
 * panel and the popup say it as long as it holds. Only where the place lies is known here, nothing of what stands in it.
 */

import { adapterPaused } from "../shared/messages.js";
import type { DraftView } from "../shared/view.js";
import type { AdapterName } from "../shared/wire.js";
import { isVisible, type UnreadableComposer } from "./sites/site.js";

/** Outlives a page that starts anew after a choice has changed. */
const said = new Set<AdapterName>();

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

  /** Whether the rep has not been told yet. */
  get isUnseen(): boolean {
    return this.#place !== null && !said.has(this.#place.adapter);
  }

  /** What is paused, in one sentence; empty where nothing is. */
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
    const sizes = new ResizeObserver(() => {
      if (!place.container.isConnected || !isVisible(place.container)) this.clear();
    });
    sizes.observe(place.container);
    this.#life.signal.addEventListener("abort", () => sizes.disconnect());
    this.onChange();
  }

  /** The rep has closed what was said. */
  dismiss(): void {
    if (this.#place) said.add(this.#place.adapter);
  }

  clear(): void {
    if (!this.#place) return;
    this.dismiss();
    this.#life.abort();
    this.#place = null;
    this.onChange();
  }
}
