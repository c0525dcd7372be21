/** Counting a published draft: the share that is being sent or waits, and what the card says about it. */
import { cutProtected, findProtected } from "../content/text/protected.js";
import { MAX_LINK } from "../shared/link.js";
import { formatNumber, getMessage } from "../shared/messages.js";
import { NOTICE_UNREAD } from "../shared/result.js";
import type { Prompt } from "../shared/view.js";
import { readShare, type Share, type Surface } from "../shared/wire.js";
import type { PostResult } from "./api.js";
import type { WaitingShare, WaitingShareStore } from "./waiting-share.js";

type Post = <T>(
  endpoint: "share" | "withdraw",
  body: object,
  read: (value: unknown, field: string) => T,
  options?: { idempotencyKey?: string },
) => Promise<PostResult<T>>;

export interface SharingOptions {
  post: Post;
  waiting: WaitingShareStore;
  onChange: () => void;
  /** An empty problem clears it. */
  onLinkProblem: (problem: string) => void;
  /** The text was stored. It may be another draft than the one in the editor, if the share had to wait. */
  onStored: (surface: Surface, text: string) => void;
  /** The rep's numbers have changed. */
  onCounted: () => void;
}

/** Any https address: a post may be on any site that has a surface. */
const isLink = (link: string): boolean => link.length <= MAX_LINK && link.startsWith("https://") && URL.canParse(link);

export class Sharing {
  readonly #options: SharingOptions;
  #prompt: Prompt | null = null;
  /** Its idempotency key belongs to this text and link, so that a retry after a lost response counts once. */
  #pending: WaitingShare | null;

  /** The last one that was stored. */
  #counted: { surface: Surface; text: string } | null = null;

  constructor(options: SharingOptions) {
    this.#options = options;
    this.#pending = options.waiting.get();
  }

  get prompt(): Prompt | null {
    return this.#prompt;
  }

  isCounted(surface: Surface, written: string): boolean {
    return this.#counted?.surface === surface && this.#counted.text === cutProtected(written);
  }

  /** Sends the share that an earlier visit left. */
  start(): void {
    if (this.#pending) void this.#send(this.#pending);
  }

  /** `link`: as typed. Protected sentences are left out. */
  async share(surface: Surface, written: string, link: string): Promise<void> {
    const text = cutProtected(written);
    if (text === "" || findProtected(written).isGreaterPart) return;
    if (link !== "" && !isLink(link)) {
      this.#options.onLinkProblem(getMessage("write_link_wrong", { limit: formatNumber(MAX_LINK) }));
      return;
    }
    const url = link === "" ? null : link;
    const before = this.#pending?.body;
    if (!this.#pending || before?.text !== text || before.url !== url || before.surface !== surface) {
      const body = { surface, text, url, occurred_at: new Date().toISOString() };
      this.#pending = { idempotencyKey: crypto.randomUUID(), body };
    }
    await this.#send(this.#pending);
  }

  /** The rep returns to the page, perhaps from the notice, which opens in a tab of its own. */
  resume(): void {
    if (this.#prompt?.state === "waiting" && this.#pending) void this.#send(this.#pending);
  }

  /** The rep turns to another draft. A share that waits is sent all the same. */
  leave(): void {
    if (this.#prompt?.state !== "waiting" && this.#prompt?.state !== "sending") this.dismiss();
  }

  dismiss(): void {
    this.#say(null);
  }

  async withdraw(): Promise<void> {
    if (this.#prompt?.state !== "sent") return;
    const result = await this.#options.post("withdraw", { id: this.#prompt.share.id }, () => null);
    if ("ok" in result) {
      this.#pending = this.#counted = null;
      this.#say({ state: "withdrawn" });
      this.#options.onCounted();
    } else {
      this.#say({ state: "refused", detail: result.detail || getMessage("error_unreachable") });
    }
  }

  async #send(share: WaitingShare): Promise<void> {
    const { idempotencyKey, body } = share;
    const { waiting, post, onStored, onCounted, onLinkProblem } = this.#options;
    this.#say({ state: "sending" });
    waiting.set(share);
    const result: PostResult<Share> = await post("share", body, readShare, { idempotencyKey });
    const isRefused = "error" in result && result.error === "refused" && result.code !== NOTICE_UNREAD;
    if ("ok" in result || isRefused) waiting.delete();
    if ("ok" in result) {
      // One on hold has to be changed and sent again.
      if (result.ok.state !== "held") {
        this.#counted = body;
        onStored(body.surface, body.text);
      }
      this.#say({ state: "sent", share: result.ok });
      onCounted();
    } else if (result.code === NOTICE_UNREAD) {
      this.#say({ state: "waiting", reason: "notice" });
    } else if (result.field === "url") {
      onLinkProblem(result.detail);
      this.#say(null);
    } else {
      const detail = result.error === "refused" ? result.detail : getMessage("error_unreachable");
      this.#say({ state: "refused", detail });
    }
  }

  #say(prompt: Prompt | null): void {
    this.#prompt = prompt;
    this.#options.onChange();
  }
}
