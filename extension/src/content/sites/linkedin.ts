/** Where LinkedIn's composers are. Selectors as reported by several public projects between June and September 2026, never
 * checked against live pages by us; the hand-built fixtures of tests/browser follow them. */
import { type Found, type Site, isEditable, isVisible } from "./site.js";

const INTEROP = '#interop-outlet[data-testid="interop-shadowdom"]';
const SHARE_DIALOG = '[data-test-modal-id="sharebox"]';
const CLASSIC_SHARE = ".share-creation-state, .share-box";
const CLASSIC_COMMENT = ".comments-comment-box, .comments-comment-texteditor";
const COMMENT = '[data-view-name="comment-box"], [componentkey^="commentBox-"]';
const COMMENT_EDITOR = '[data-testid="ui-core-tiptap-text-editor-wrapper"] .ProseMirror';
const SUBMIT = "button.share-actions__primary-action";
const MESSAGES = '[class*="msg-form"], [class*="msg-overlay"]';

const inMessages = (editor: Element): boolean => location.pathname.startsWith("/messaging") || editor.closest(MESSAGES) !== null;

function find(active: Element): Found | null {
  const editor = active.closest('.ql-editor[contenteditable="true"], .ProseMirror[contenteditable="true"]');
  if (!isEditable(editor) || !isVisible(editor) || inMessages(editor)) return null;
  const root = editor.getRootNode();
  const inside = (selector: string): HTMLElement | null => editor.closest<HTMLElement>(selector);
  const found = (layout: string, surface: Found["surface"], container: HTMLElement | null, more: Pick<Found, "submit" | "confidence">) =>
    container && isVisible(container) ? { adapter: "linkedin" as const, layout, surface, editor, container, ...more } : null;

  if (root instanceof ShadowRoot) {
    return root.host.matches(INTEROP) ? found("sdui", "linkedin-post", inside(SHARE_DIALOG), { submit: SUBMIT, confidence: "high" }) : null;
  }
  const classic = window === window.top ? "classic" : "framed";
  if (editor.matches(".ProseMirror")) {
    return editor.matches(COMMENT_EDITOR) ? found("sdui", "linkedin-comment", inside(COMMENT), { submit: null, confidence: "high" }) : null;
  }
  return (
    found(classic, "linkedin-post", inside(CLASSIC_SHARE), { submit: SUBMIT, confidence: "high" }) ??
    found(classic, "linkedin-comment", inside(CLASSIC_COMMENT), { submit: null, confidence: "high" })
  );
}

export const linkedin: Site = { hosts: ["www.linkedin.com"], find };
