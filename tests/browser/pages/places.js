/* Puts the real editors where the pages of places and decoys want them. The structure around them is part of each page. */
import { ContentState, Editor, EditorState } from "draft-js";
import { baseKeymap } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { schema } from "prosemirror-schema-basic";
import { EditorState as ProseState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import Quill from "quill";
import { createElement, useState } from "react";
import { render, unmountComponentAtNode } from "react-dom";

if (window.trustedTypes) {
  trustedTypes.createPolicy("default", { createHTML: (text) => text, createScript: (text) => text, createScriptURL: (text) => text });
}

function DraftEditor({ name }) {
  const [state, setState] = useState(EditorState.createWithContent(ContentState.createFromText("")));
  return createElement(Editor, { editorState: state, onChange: setState, webDriverTestID: name, ariaLabel: "Post text" });
}

const MOUNT = {
  quill(place) {
    const { root } = new Quill(place, { formats: [] });
    root.setAttribute("role", "textbox");
    root.setAttribute("data-test-ql-editor-contenteditable", "true");
  },
  prosemirror(place) {
    const state = ProseState.create({ schema, plugins: [keymap(baseKeymap)] });
    new EditorView(place, { state, attributes: { role: "textbox" } });
  },
  draft: (place) => render(createElement(DraftEditor, { name: place.dataset.name }), place),
};

/** Mounts an editor in every element of a tree that needs one and has none. Pages that change at run time call it again. */
window.mount = (root = document) => {
  for (const place of root.querySelectorAll("[data-editor]:empty")) MOUNT[place.dataset.editor](place);
  for (const host of root.querySelectorAll("*")) if (host.shadowRoot) window.mount(host.shadowRoot);
};
window.mount();

// One post of a thread can be removed.
document.addEventListener("click", ({ target }) => {
  const item = target.closest?.("[data-remove]")?.closest(".item");
  if (!item) return;
  unmountComponentAtNode(item.querySelector("[data-editor]"));
  item.remove();
});
