/** Shows the question after posting, until the rep dismisses it or has seen the outcome. */
import type { ShareState, SiteState } from "../shared/protocol.js";
import type { Action, DraftView } from "../shared/view.js";
import { Posted } from "./posted.js";
import type { Session } from "./session.js";

type Share = Extract<Action, { do: "share" }>;

interface ShareQuestionOptions {
  signal: AbortSignal;
  /** How long the outcome stays on screen. */
  outcomeMs: number;
  cardHasFocus: () => boolean;
  onChange: () => void;
  onDismiss: () => void;
}

export class ShareQuestion {
  readonly #options: ShareQuestionOptions;
  #open: { posted: Posted; view: DraftView } | null = null;

  constructor(options: ShareQuestionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** The draft as it was when it was posted, with the question about it. */
  get view(): DraftView | null {
    return this.#open && { ...this.#open.view, prompt: this.#open.posted.prompt };
  }

  /** Opens the question about a posted text; `null` where there is nothing to ask. */
  open(session: Session, text: string, state: SiteState): Posted | null {
    if (!Posted.isShareable(text, state)) return null;
    const posted = new Posted(session.surface, text, this.#options.onChange);
    const view: DraftView = {
      ...session.view(),
      text: "",
      assessedText: "",
      advice: [],
      unread: [],
      tips: [],
      keptWording: null,
      status: "fresh",
      message: "",
    };
    this.#open = { posted, view };
    return posted;
  }

  async answer(choice: Share["choice"], link: Share["link"]): Promise<void> {
    const posted = this.#open?.posted;
    if (!posted) return;
    if (choice === "not-this" || choice === "never") this.dismiss();
    if (choice === "not-this") return;
    await posted.choose(choice, link);
    const { signal, outcomeMs, cardHasFocus } = this.#options;
    if (this.#open?.posted !== posted || signal.aborted) return;
    const timer = setTimeout(() => {
      if (this.#open?.posted === posted && !cardHasFocus()) this.dismiss();
    }, outcomeMs);
    signal.addEventListener("abort", () => clearTimeout(timer));
  }

  async withdraw(): Promise<void> {
    await this.#open?.posted.withdraw();
  }

  /** Shows what became of the share if it is the one on screen. */
  updateOutcome(key: string, outcome: ShareState): void {
    if (this.#open?.posted.key === key) this.#open.posted.updateOutcome(outcome);
  }

  dismiss(): void {
    this.#open = null;
    this.#options.onDismiss();
  }

  /** Drops the question when the card is closed, unless a share is being sent. */
  cardClosed(): void {
    if (this.#open?.posted.prompt.state !== "sending") this.#open = null;
  }

  end(): void {
    this.#open = null;
  }
}
