/** Where X's composers are. Selectors as reported by several public projects in August and September 2026, never checked
 * against live pages by us; the hand-built fixtures of tests/browser follow them. */
import { type Found, type Site, isEditable, isVisible } from "./site.js";

/** `tweetTextarea_0`, `_1`, ... of a thread; not `tweetTextarea_0_label` and other containers. */
const TEXTAREA = /^tweetTextarea_\d+$/;
const SUBMIT = '[data-testid="tweetButton"], [data-testid="tweetButtonInline"]';
/** The form is the nearest ancestor that also holds the button, and never further away than this. */
const MAX_CLIMB = 20;

function named(active: Element): HTMLElement | null {
  const marked = active.closest<HTMLElement>('[data-testid^="tweetTextarea_"]');
  if (marked && TEXTAREA.test(marked.dataset["testid"] ?? "")) return marked;
  const inner = active.querySelector<HTMLElement>('[data-testid^="tweetTextarea_"]');
  return inner && TEXTAREA.test(inner.dataset["testid"] ?? "") ? inner : null;
}

function form(editor: Element): HTMLElement | null {
  let box = editor.parentElement;
  for (let climbed = 0; box && climbed < MAX_CLIMB; climbed += 1, box = box.parentElement) {
    if (box.querySelector(SUBMIT)) return box;
  }
  return null;
}

function find(active: Element): Found | null {
  if (location.pathname.startsWith("/messages")) return null;
  const marked = named(active);
  const editor = marked && (marked.matches('[contenteditable="true"], textarea') ? marked : marked.querySelector('[contenteditable="true"], textarea'));
  if (!isEditable(editor) || !editor.contains(active) || !isVisible(editor)) return null;
  const container = form(editor);
  if (!container) return null;
  const dialog = editor.closest('[role="dialog"]');
  const reply = dialog ? dialog.querySelector('article[data-testid="tweet"]') !== null : /\/status\/\d+/.test(location.pathname);
  return {
    adapter: "x",
    layout: "web",
    surface: reply ? "x-reply" : "x-post",
    editor,
    container,
    submit: SUBMIT,
    confidence: editor.hasAttribute("data-lexical-editor") ? "medium" : "high",
  };
}

export const x: Site = { hosts: ["x.com", "twitter.com"], find };
