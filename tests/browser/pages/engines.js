/* One editor of one engine, where the site that the address names would have it: in X's form, in LinkedIn's share dialog inside
   an open shadow root, or on LinkedIn's page for articles. The page says of it what its own model holds. */
import { ContentState, Editor as Draft, EditorState as DraftState } from "draft-js";
import { baseKeymap } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import Quill1 from "quill";
import Quill2 from "quill2";
import { createElement, useState } from "react";
import { render } from "react-dom";
import { watch } from "./watch.js";

if (window.trustedTypes) {
  trustedTypes.createPolicy("default", { createHTML: (text) => text, createScript: (text) => text, createScriptURL: (text) => text });
}

const place = document.getElementById("place");

function add(parent, name, attributes = {}) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

/** X's form. The engine's own element has the test id of X's editor. */
function form() {
  const form = add(place, "form");
  const box = add(form, "div");
  add(add(form, "div", { "data-testid": "toolBar" }), "button", { "data-testid": "tweetButtonInline", type: "button" }).textContent = "Post";
  return box;
}

/** LinkedIn's share dialog inside its open shadow root. */
function dialog() {
  const root = add(place, "div", { id: "interop-outlet", "data-testid": "interop-shadowdom" }).attachShadow({ mode: "open" });
  add(root, "link", { rel: "stylesheet", href: "/fixture/engines.css" });
  const box = add(root, "div", { class: "share-box-v2__modal", "data-test-modal-id": "sharebox", role: "dialog" });
  const inner = add(box, "div");
  add(box, "button", { class: "share-actions__primary-action", type: "button" }).textContent = "Post";
  return inner;
}

const MARK = { "data-testid": "tweetTextarea_0", role: "textbox", "aria-label": "Post text" };
const mark = (element) => Object.entries(MARK).forEach(([key, value]) => element.setAttribute(key, value));

function quill(Quill, box) {
  const made = new Quill(add(box, "div"), { formats: [] });
  made.root.setAttribute("data-test-ql-editor-contenteditable", "true");
  made.root.setAttribute("role", "textbox");
  // Quill appends a line break to every text.
  return { editor: made.root, text: () => made.getText().slice(0, -1) };
}

function prosemirror(box) {
  const plugins = [history(), keymap({ "Mod-z": undo, "Mod-y": redo }), keymap(baseKeymap)];
  const view = new EditorView(box, { state: EditorState.create({ schema, plugins }), attributes: { role: "textbox" } });
  return { editor: view.dom, text: () => view.state.doc.textBetween(0, view.state.doc.content.size, "\n") };
}

function draft(box) {
  let text;
  function Composer() {
    const [state, setState] = useState(() => DraftState.createWithContent(ContentState.createFromText("")));
    text = () => state.getCurrentContent().getPlainText("\n");
    return createElement(Draft, { editorState: state, onChange: setState, webDriverTestID: MARK["data-testid"] });
  }
  render(createElement(Composer), box);
  return { editor: box.querySelector(".public-DraftEditor-content"), text: () => text() };
}

const marked = (made) => {
  mark(made.editor);
  return made;
};
const plain = (name, attributes) => {
  const editor = add(form(), name, { ...MARK, ...attributes });
  return { editor, text: () => editor.value ?? editor.textContent };
};

const ENGINES = {
  // The adapter for small screens is not certain enough to apply; with this test id the textarea is handled by the web adapter.
  textarea: () => plain("textarea", { contenteditable: "true" }),
  contenteditable: () => plain("div", { contenteditable: "true" }),
  "quill-1": () => marked(quill(Quill1, form())),
  "quill-1-shadow": () => quill(Quill1, dialog()),
  "quill-2": () => marked(quill(Quill2, form())),
  "draft-js": () => draft(form()),
  prosemirror: () => marked(prosemirror(form())),
  "prosemirror-article": () => prosemirror(add(place, "main")),
  "prosemirror-shadow"() {
    const made = prosemirror(dialog());
    made.editor.classList.add("ql-editor");
    made.editor.setAttribute("data-test-ql-editor-contenteditable", "true");
    return made;
  },
};

const { editor, text } = ENGINES[new URLSearchParams(location.search).get("engine")]();
const root = editor.getRootNode();

window.text = text;
/** Characters before the caret; every text here is one paragraph. */
window.caret = () => {
  if (editor.value !== undefined) return editor.selectionStart;
  const selection = document.getSelection();
  const range = selection.getComposedRanges?.(root instanceof ShadowRoot ? { shadowRoots: [root] } : {})[0];
  if (!range || !editor.contains(range.startContainer)) return -1;
  const before = document.createRange();
  before.setStart(editor, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return before.toString().length;
};
window.changes = watch(editor);
window.marks = () =>
  [...CSS.highlights].flatMap(([name, drawn]) => [...drawn].map((range) => [name, String(range), rangeStart(range)]));
function rangeStart(range) {
  const before = document.createRange();
  before.setStart(editor, 0);
  before.setEnd(range.startContainer, range.startOffset);
  return before.toString().length;
}
window.hasFocus = () => root.activeElement === editor || editor.contains(root.activeElement);
window.composed = [];
for (const kind of ["compositionstart", "compositionend"]) editor.addEventListener(kind, (event) => window.composed.push(event.type));
/** Elements of the extension anywhere inside the editor or the site's element around it. */
window.ours = () => [...place.querySelectorAll("*"), ...editor.querySelectorAll("*")].map((one) => one.localName).filter((name) => name.startsWith("rp-"));
window.start = () => editor.focus();
