/**
 * The notice that the coach is paused where the rep writes, because the site has changed or its adapter is switched off: shown
 * once in the page, and in the panel and the popup for as long as it applies. The text in the composer is never read here.
 */
import { adapterPaused } from "../shared/messages.js";
import type { DraftView } from "../shared/view.js";
import type { AdapterName } from "../shared/wire.js";
import { isVisible, type UnreadableComposer } from "./sites/site.js";

/** The adapters whose notice was shown. Outlives a `Page` that restarts after a change of the rep's settings. */
const shownAdapters = new Set<AdapterName>();

export class PausedNotice {
  #composer: UnreadableComposer | null = null;
  #message = "";
  readonly #id = crypto.randomUUID();
  #lifetime = new AbortController();

  constructor(
    readonly signal: AbortSignal,
    readonly onChange: () => void,
  ) {
    signal.addEventListener("abort", () => this.clear());
  }

  get composer(): UnreadableComposer | null {
    return this.#composer;
  }

  /** Whether the notice has not been shown on this site yet. */
  get isUnseen(): boolean {
    return this.#composer !== null && !shownAdapters.has(this.#composer.adapter);
  }

  /** What is paused, in one sentence; empty if nothing is. */
  get message(): string {
    return this.#composer ? this.#message || adapterPaused(this.#composer.adapter) : "";
  }

  get view(): DraftView | null {
    if (!this.#composer) return null;
    return {
      draft: this.#id,
      surface: this.#composer.surface,
      status: "site-changed",
      detail: this.message,
      text: "",
      assessment: null,
      assessedText: "",
      isCurrent: false,
      advice: [],
      unread: [],
      tips: [],
      typing: 0,
      ignored: 0,
      turnedOff: [],
      isWaiting: false,
      isSeenOpen: false,
      isUnderlined: false,
      selected: null,
      canApply: false,
      needsFocus: false,
      message: "",
      keptWording: null,
      suggestion: null,
      prompt: null,
    };
  }

  /** The rep writes in `composer`; `message` is the operator's, or empty. */
  show(composer: UnreadableComposer, message: string): void {
    if (this.#composer?.container === composer.container && this.#message === message) {
      this.#composer = composer;
      return;
    }
    this.clear();
    this.#composer = composer;
    this.#message = message;
    this.#lifetime = new AbortController();
    const resizes = new ResizeObserver(() => {
      if (!composer.container.isConnected || !isVisible(composer.container)) this.clear();
    });
    resizes.observe(composer.container);
    this.#lifetime.signal.addEventListener("abort", () => resizes.disconnect());
    this.onChange();
  }

  /** The rep has closed the notice. */
  dismiss(): void {
    if (this.#composer) shownAdapters.add(this.#composer.adapter);
  }

  clear(): void {
    if (!this.#composer) return;
    this.dismiss();
    this.#lifetime.abort();
    this.#composer = null;
    this.onChange();
  }
}
