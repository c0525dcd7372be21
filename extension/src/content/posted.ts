/** The question whether a posted text should count toward the rep's credit, and the outcome. */
import { getMessage } from "../shared/messages.js";
import { request, type ShareState, type SiteState } from "../shared/protocol.js";
import type { Prompt } from "../shared/view.js";
import type { Surface } from "../shared/wire.js";
import { cutProtected, findProtected } from "./text/protected.js";

export class Posted {
  prompt: Prompt;
  readonly #share;

  constructor(
    surface: Surface,
    text: string,
    readonly onChange: () => void,
  ) {
    this.#share = { key: crypto.randomUUID(), surface, text: cutProtected(text), occurredAt: new Date().toISOString() };
    this.prompt = { state: "ask", post: this.#share.key, link: null };
  }

  /** The share's idempotency key. */
  get key(): string {
    return this.#share.key;
  }

  /** Whether the text may be shared, without its protected sentences, and the rep therefore asked. */
  static isShareable(text: string, { paired, consented, shareChoice }: SiteState): boolean {
    return paired && consented && shareChoice !== "never" && !findProtected(text).isGreaterPart;
  }

  /** The site has shown the post's link. */
  setLink(link: string): void {
    if (this.prompt.state === "ask") this.#setPrompt({ ...this.prompt, link });
  }

  async choose(choice: "this" | "always" | "never", link: string | null): Promise<void> {
    if (choice === "never") {
      await request("choose", { shareChoice: "never" });
      return;
    }
    this.#setPrompt({ state: "sending" });
    if (choice === "always") await request("choose", { shareChoice: "always" });
    const result = await request("share", { ...this.#share, url: link });
    if ("ok" in result) this.#setPrompt(result.ok);
    else if (result.error === "refused") this.#setPrompt({ state: "refused", detail: result.detail ?? "" });
    else if (result.error === "unreachable") this.#setPrompt({ state: "waiting", reason: "sending" });
    // After any other error the share is not in the queue.
    else this.#setPrompt({ state: "refused", detail: getMessage("share_not_sent") });
  }

  /** A share that had to wait has been sent. */
  updateOutcome(outcome: ShareState): void {
    if (this.prompt.state === "waiting") this.#setPrompt(outcome);
  }

  async withdraw(): Promise<void> {
    if (this.prompt.state !== "sent") return;
    const result = await request("withdraw", { id: this.prompt.share.id });
    if ("ok" in result) this.#setPrompt({ state: "withdrawn" });
  }

  #setPrompt(prompt: Prompt): void {
    this.prompt = prompt;
    this.onChange();
  }
}
