/* A composer like X's: Draft.js on React 16, emptied once the post has gone out. */
import { ContentState, Editor, EditorState } from "draft-js";
import { createElement, useState } from "react";
import { render } from "react-dom";
import { watch } from "./watch.js";

window.posted = [];

function Composer() {
  const [state, setState] = useState(EditorState.createEmpty());
  window.draft = () => {
    const selection = state.getSelection();
    return {
      text: state.getCurrentContent().getPlainText("\n"),
      caret: selection.getAnchorOffset(),
      block: state.getCurrentContent().getBlocksAsArray().findIndex((block) => block.getKey() === selection.getAnchorKey()),
      undo: state.getUndoStack().size,
    };
  };
  const post = (event) => {
    event.preventDefault();
    const text = state.getCurrentContent().getPlainText("\n");
    fetch("/fixture/accepted").then(() => {
      window.posted.push(text);
      setState((now) => EditorState.push(now, ContentState.createFromText(""), "remove-range"));
    });
  };
  return createElement(
    "form",
    { onSubmit: post },
    createElement(
      "div",
      { "data-testid": "tweetTextarea_0RichTextInputContainer" },
      createElement(Editor, { editorState: state, onChange: setState, webDriverTestID: "tweetTextarea_0", ariaLabel: "Post text" }),
    ),
    createElement(
      "div",
      { "data-testid": "toolBar" },
      ...["Media", "GIF", "Emoji"].map((label) => createElement("button", { key: label, type: "button" }, label)),
      createElement("button", { "data-testid": "tweetButtonInline", disabled: !state.getCurrentContent().hasText() }, "Post"),
    ),
  );
}

render(createElement(Composer), document.getElementById("react-root"));
window.mutations = watch(document.querySelector('[data-testid="tweetTextarea_0"]'));
