/**
 * Sites that an administrator listed and the rep allowed, such as a company's blog or community. Nothing is known about their pages,
 * so a composer is a visible text field of several lines or a rich editor, unless anything suggests that it is not for a text.
 */
import type { Place } from "../../shared/wire.js";
import { type Engine, engineOf } from "../editors/editor.js";
import { CONTRACT, type Composer, type Confidence, isEditable, isInSight, type Site } from "./site.js";

const EDITABLE = 'textarea, [contenteditable]:not([contenteditable="false"])';
/** Whatever is no text to be published: search, code, what a browser fills in by itself, and forms that ask for a password. */
const NOT_A_TEXT = [
  '[role="search"] *, [role="searchbox"], [role="combobox"], [type="search"]',
  '[readonly], [disabled], [aria-readonly="true"], [aria-disabled="true"]',
  '[inputmode="numeric"], [inputmode="decimal"], [inputmode="tel"], [inputmode="email"], [inputmode="url"], [inputmode="search"]',
  '[autocomplete^="cc-"], [autocomplete="one-time-code"], [autocomplete*="address"], [autocomplete*="password"]',
  ".CodeMirror *, .cm-editor *, .monaco-editor *, .ace_editor *, .xterm *",
  'form:has([type="password"]) *',
].join(", ");
/** Names of private messages in classes and attributes; they can only rule an editor out. */
const MESSAGE = /(^|[^a-z])(chat|dm|direct-?messages?|messenger|inbox)([^a-z]|$)/i;
const MESSAGE_PATH = /\/(messages?|messaging|chat|inbox|dm)(\/|$)/i;
/** Rich editors on which no replacement was ever tried: there, words can only be copied. */
const UNTRIED =
  ".ck-editor__editable, [data-slate-editor], trix-editor, .mce-content-body, .codex-editor *, .note-editable, .fr-element";

const isMessage = (editor: Element): boolean => {
  if (MESSAGE_PATH.test(location.pathname)) return true;
  for (let at: Element | null = editor; at; at = at.parentElement) {
    const names = [at.id, at.getAttribute("class"), at.getAttribute("data-testid"), at.getAttribute("aria-label")];
    if (names.some((name) => name !== null && MESSAGE.test(name))) return true;
  }
  return false;
};

/** The outermost editable element around `active`: a rich editor may make parts of itself editable too. */
function editorAround(active: Element): HTMLElement | null {
  let editor = active.closest<HTMLElement>(EDITABLE);
  for (let outer = editor; outer; outer = outer.parentElement?.closest<HTMLElement>(EDITABLE) ?? null) editor = outer;
  return isEditable(editor) && isInSight(editor) ? editor : null;
}

export function confidenceOf(editor: Element, engine: Engine): Confidence {
  return engine === "lexical" || editor.matches(UNTRIED) ? "low" : "high";
}

function find(active: Element, place: Place): Composer | null {
  const editor = editorAround(active);
  if (!editor || window !== window.top || editor.matches(NOT_A_TEXT) || isMessage(editor)) return null;
  return {
    adapter: "site",
    layout: "plain",
    surface: place,
    editor,
    container: editor,
    // Which control publishes a text is unknown, and only LinkedIn's and X's posts count toward credit.
    submit: null,
    confidence: confidenceOf(editor, engineOf(editor)),
  };
}

export const plainSite = (place: Place): Site => ({
  hosts: [],
  adapters: [
    { contract: CONTRACT, name: "site", layout: "plain", fixture: "plain.html", find: (active) => find(active, place) },
  ],
  findUnreadable: () => null,
  publishedLink: ":not(*)",
  readOwnProfile: () => ({ error: "not-a-profile" }),
});
