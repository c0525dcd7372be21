/* A share box like LinkedIn's: Quill 1 inside an open shadow root, in a dialog that closes once the post has gone out; and a
   comment box with ProseMirror in the light DOM. */
import { baseKeymap } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import Quill from "quill";
import { watch } from "./watch.js";

// LinkedIn enforces Trusted Types and defines a default policy.
if (window.trustedTypes) {
  trustedTypes.createPolicy("default", { createHTML: (text) => text, createScript: (text) => text, createScriptURL: (text) => text });
}

window.posted = [];

const outlet = document.getElementById("interop-outlet");
const root = outlet.attachShadow({ mode: "open" });
const sheet = document.createElement("link");
sheet.rel = "stylesheet";
sheet.href = "/fixture/linkedin.css";
root.append(sheet);

function openShareBox() {
  const dialog = document.createElement("div");
  dialog.className = "share-box-v2__modal";
  dialog.setAttribute("data-test-modal-id", "sharebox");
  dialog.setAttribute("role", "dialog");
  const container = document.createElement("div");
  const foot = document.createElement("div");
  foot.className = "foot";
  const post = document.createElement("button");
  post.className = "share-actions__primary-action";
  post.textContent = "Post";
  post.disabled = true;
  // Beside it are buttons for emoji, pictures and the like.
  for (const label of ["Emoji", "Add media", "Add a document"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    foot.append(button);
  }
  foot.append(post);
  dialog.append(container, foot);
  root.append(dialog);

  const quill = new Quill(container, { formats: [] });
  quill.root.setAttribute("role", "textbox");
  quill.root.setAttribute("aria-label", "Text editor for creating content");
  quill.root.setAttribute("data-test-ql-editor-contenteditable", "true");
  quill.on("text-change", () => {
    post.disabled = quill.getText().trim() === "";
  });
  post.addEventListener("click", () => {
    const text = quill.getText();
    post.disabled = true;
    // The post is sent over the network before the dialog closes.
    fetch("/fixture/accepted").then(() => {
      window.posted.push(text);
      dialog.remove();
    });
  });
  window.quill = quill;
  // Quill reads the document's selection, which reports the shadow host, so its own root is used instead.
  window.quillCaret = () => {
    const [range] = document.getSelection().getComposedRanges({ shadowRoots: [root] });
    const blot = range && Quill.find(range.startContainer, true);
    return blot ? blot.offset(quill.scroll) + range.startOffset : -1;
  };
  window.mutations = watch(quill.root);
  quill.root.focus();
}
document.getElementById("start").addEventListener("click", openShareBox);

const comment = new EditorView(document.querySelector('[data-testid="ui-core-tiptap-text-editor-wrapper"]'), {
  state: EditorState.create({
    schema,
    plugins: [history(), keymap({ "Mod-z": undo, "Mod-y": redo }), keymap(baseKeymap)],
  }),
  attributes: { role: "textbox" },
  dispatchTransaction(transaction) {
    const state = this.state.apply(transaction);
    this.updateState(state);
    window.comment = () => state.doc.textBetween(0, state.doc.content.size, "\n");
    // A block boundary counts as two positions in ProseMirror, and as one line break in the text.
    window.commentCaret = () => state.doc.textBetween(0, state.selection.head, "\n").length;
  },
});
window.commentMutations = watch(comment.dom);
