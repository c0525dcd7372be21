/** Detects that the rep has posted, by observation alone: nothing here clicks anything. */
import { parsePostLink } from "../shared/link.js";
import type { Surface } from "../shared/wire.js";
import { type Composer, isVisible } from "./sites/site.js";

/** A text that is still in the composer after this long was not posted, and a link not shown by then will not be shown. */
const POSTING_MS = 30_000;

interface PostingOptions {
  composer: Composer;
  /** Matches the link that the site shows to a published post. */
  publishedLink: string;
  read: () => string;
  /** The session's signal, which is aborted with the composer. */
  signal: AbortSignal;
  /** The page's signal. It outlives the composer, whose closing is one sign of a post. */
  pageSignal: AbortSignal;
  /** The text has been posted, as this surface. Returns whether a link to it is needed. */
  onPosted: (text: string, surface: Surface) => boolean;
  /** The site has shown the link to what was posted. */
  onLink: (link: string) => void;
}

/** Calls `onPosted` once the rep's own click on the site's button was followed by the composer emptying or closing. */
export function watchPosting(options: PostingOptions): void {
  const { composer, signal } = options;
  const { submit, container } = composer;
  if (!submit) return;
  const onClick = (event: Event): void => {
    if (!event.isTrusted) return;
    const control = event.composedPath().find((node): node is Element => node instanceof Element && node.matches(submit));
    if (!control || !container.contains(control)) return;
    if (!control.matches(':disabled, [aria-disabled="true"]')) awaitPosting(options);
  };
  // X also posts on Ctrl+Enter.
  const onKeyDown = (event: KeyboardEvent): void => {
    const isShortcut = event.key === "Enter" && (event.ctrlKey || event.metaKey) && composer.adapter === "x";
    if (event.isTrusted && isShortcut) awaitPosting(options);
  };
  container.addEventListener("click", onClick, { signal, capture: true });
  container.addEventListener("keydown", onKeyDown, { signal, capture: true });
}

function awaitPosting({ composer, publishedLink, read, pageSignal, onPosted, onLink }: PostingOptions): void {
  const { editor, surface } = composer;
  const text = read();
  // Whether a text is a long post shows only while X's button is there.
  const postedAs = composer.assessAs?.(text) ?? surface;
  if (text.trim() === "" || pageSignal.aborted) return;
  const wait = new AbortController();
  const stop = (): void => wait.abort();
  const timer = setTimeout(stop, POSTING_MS);
  const linksBefore = new Set(document.querySelectorAll(publishedLink));
  let isPosted = false;
  const check = (): void => {
    if (!isPosted) {
      if (editor.isConnected && isVisible(editor) && read().trim() !== "") return;
      isPosted = true;
      if (!onPosted(text, postedAs)) stop();
    }
    const newLink = [...document.querySelectorAll<HTMLAnchorElement>(publishedLink)].find((link) => !linksBefore.has(link));
    const link = newLink ? parsePostLink(newLink.href, surface) : null;
    if (link === null) return;
    stop();
    onLink(link);
  };
  const observer = new MutationObserver(check);
  // A closing dialog may be removed with any of its ancestors, inside or outside of its shadow root.
  const root = editor.getRootNode();
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  if (root instanceof ShadowRoot) observer.observe(document, { childList: true, subtree: true });
  pageSignal.addEventListener("abort", stop);
  wait.signal.addEventListener("abort", () => {
    clearTimeout(timer);
    observer.disconnect();
    pageSignal.removeEventListener("abort", stop);
  });
}
