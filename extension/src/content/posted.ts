/** Notices that the rep has posted, and asks whether the post counts. Nothing here presses anything. */

import { parsePostLink } from "../shared/link.js";
import { type ClientState, request } from "../shared/protocol.js";
import type { Prompt } from "../shared/view.js";
import type { Surface } from "../shared/wire.js";
import type { Composer } from "./sites/site.js";
import { isVisible } from "./sites/site.js";
import { isProtected } from "./text/protected.js";

/** A post that has not left the composer after this long was not sent; a link that was not shown by then will not be. */
const POSTING_MS = 30_000;

/** Calls `posted` once the rep's own click on the site's button was followed by the composer emptying or closing, and
 * `linked` if it answered that this is of use and the site then shows a link to what was published. `life` is the page's: the session's own ends with the
 * composer, which is what is waited for here. */
export function watchPosting({
  found,
  published,
  read,
  signal,
  life,
  onPosted,
  onLink,
}: {
  found: Composer;
  published: string;
  read: () => string;
  signal: AbortSignal;
  life: AbortSignal;
  onPosted: (text: string) => boolean;
  onLink: (link: string) => void;
}): void {
  if (!found.submit) return;
  const { submit, container, editor } = found;

  const begin = (): void => {
    const text = read();
    if (text.trim() === "" || life.aborted) return;
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), POSTING_MS);
    const before = new Set(document.querySelectorAll(published));
    let isPosted = false;
    const look = (): void => {
      if (!isPosted) {
        if (editor.isConnected && isVisible(editor) && read().trim() !== "") return;
        isPosted = true;
        if (!onPosted(text)) waiting.abort();
      }
      const shown = [...document.querySelectorAll<HTMLAnchorElement>(published)].find((link) => !before.has(link));
      const link = shown ? parsePostLink(shown.href, found.surface) : null;
      if (link === null) return;
      waiting.abort();
      onLink(link);
    };
    const observer = new MutationObserver(look);
    // A closing dialog is removed by one of its ancestors, in whichever tree that is.
    const root = editor.getRootNode();
    observer.observe(root, { childList: true, subtree: true, characterData: true });
    if (root instanceof ShadowRoot) observer.observe(document, { childList: true, subtree: true });
    const stop = (): void => waiting.abort();
    life.addEventListener("abort", stop);
    waiting.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      observer.disconnect();
      life.removeEventListener("abort", stop);
    });
  };

  const heard = (event: Event): void => {
    if (!event.isTrusted) return;
    const control = event.composedPath().find((node): node is Element => node instanceof Element && node.matches(submit));
    if (control && container.contains(control) && !control.matches(':disabled, [aria-disabled="true"]')) begin();
  };
  container.addEventListener("click", heard, { signal, capture: true });
  // X also posts on Ctrl+Enter.
  container.addEventListener(
    "keydown",
    (event) => {
      if (event.isTrusted && event.key === "Enter" && (event.ctrlKey || event.metaKey) && found.adapter === "x") begin();
    },
    { signal, capture: true },
  );
}

/** The question about one posted text, and what became of it. */
export class Posted {
  prompt: Prompt;
  readonly #share;

  constructor(
    surface: Surface,
    text: string,
    readonly onChange: () => void,
  ) {
    this.#share = { key: crypto.randomUUID(), surface, text, occurredAt: new Date().toISOString() };
    this.prompt = { state: "ask", post: this.#share.key, link: null };
  }

  /** Whether there is anything to ask or send. */
  static isShareable(text: string, state: ClientState): boolean {
    return state.paired && state.consented && state.shareChoice !== "never" && !isProtected(text);
  }

  /** The site has shown where it is. */
  setLink(link: string): void {
    if (this.prompt.state === "ask") this.setPrompt({ ...this.prompt, link });
  }

  async choose(choice: "this" | "always" | "never", link: string | null): Promise<void> {
    if (choice === "never") {
      await request("choose", { shareChoice: "never" });
      return;
    }
    this.setPrompt({ state: "sending" });
    if (choice === "always") await request("choose", { shareChoice: "always" });
    const answer = await request("share", { ...this.#share, url: link });
    if ("ok" in answer) {
      this.setPrompt(answer.ok.state === "sent" ? { state: "sent", share: answer.ok.share } : answer.ok);
    } else if (answer.error === "refused") this.setPrompt({ state: "refused", detail: answer.detail ?? "" });
    else this.setPrompt({ state: "waiting" });
  }

  async withdraw(): Promise<void> {
    if (this.prompt.state !== "sent") return;
    const answer = await request("withdraw", { id: this.prompt.share.id });
    if ("ok" in answer) this.setPrompt({ state: "withdrawn" });
  }

  setPrompt(prompt: Prompt): void {
    this.prompt = prompt;
    this.onChange();
  }
}
