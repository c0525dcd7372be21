/** Notices that the rep has posted. Nothing here presses anything. */
import { parsePostLink } from "../shared/link.js";
import { type Composer, isVisible } from "./sites/site.js";

/** A post that has not left the composer after this long was not sent; a link that was not shown by then will not be. */
const POSTING_MS = 30_000;

interface PostingOptions {
  composer: Composer;
  /** Matches the link that the site shows to a published post. */
  publishedLink: string;
  read: () => string;
  /** The session's, which ends with the composer. */
  signal: AbortSignal;
  /** The page's, for the end of the composer is what is waited for. */
  pageSignal: AbortSignal;
  /** The text has been posted. Returns whether a link to it is of use. */
  onPosted: (text: string) => boolean;
  /** The site has shown the link to what was posted. */
  onLink: (link: string) => void;
}

/** Calls `onPosted` once the rep's own click on the site's button was followed by the composer emptying or closing. */
export function watchPosting(options: PostingOptions): void {
  const { composer, signal } = options;
  const { submit, container } = composer;
  if (!submit) return;
  const clicked = (event: Event): void => {
    if (!event.isTrusted) return;
    const control = event.composedPath().find((node): node is Element => node instanceof Element && node.matches(submit));
    if (!control || !container.contains(control)) return;
    if (!control.matches(':disabled, [aria-disabled="true"]')) awaitPosting(options);
  };
  // X also posts on Ctrl+Enter.
  const pressed = (event: KeyboardEvent): void => {
    const posts = event.key === "Enter" && (event.ctrlKey || event.metaKey) && composer.adapter === "x";
    if (event.isTrusted && posts) awaitPosting(options);
  };
  container.addEventListener("click", clicked, { signal, capture: true });
  container.addEventListener("keydown", pressed, { signal, capture: true });
}

function awaitPosting({ composer, publishedLink, read, pageSignal, onPosted, onLink }: PostingOptions): void {
  const { editor, surface } = composer;
  const text = read();
  if (text.trim() === "" || pageSignal.aborted) return;
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  const timer = setTimeout(stop, POSTING_MS);
  const linksBefore = new Set(document.querySelectorAll(publishedLink));
  let isPosted = false;
  const check = (): void => {
    if (!isPosted) {
      if (editor.isConnected && isVisible(editor) && read().trim() !== "") return;
      isPosted = true;
      if (!onPosted(text)) stop();
    }
    const shown = [...document.querySelectorAll<HTMLAnchorElement>(publishedLink)].find((link) => !linksBefore.has(link));
    const link = shown ? parsePostLink(shown.href, surface) : null;
    if (link === null) return;
    stop();
    onLink(link);
  };
  const observer = new MutationObserver(check);
  // A closing dialog is removed by one of its ancestors, in whichever tree that is.
  const root = editor.getRootNode();
  observer.observe(root, { childList: true, subtree: true, characterData: true });
  if (root instanceof ShadowRoot) observer.observe(document, { childList: true, subtree: true });
  pageSignal.addEventListener("abort", stop);
  waiting.signal.addEventListener("abort", () => {
    clearTimeout(timer);
    observer.disconnect();
    pageSignal.removeEventListener("abort", stop);
  });
}
