/** What the rep sees of the draft that this browser keeps. */
import { beforeEach, expect, it } from "vitest";
import { DraftKeeper } from "../../src/composer/draft-keeper.js";
import { Drafts } from "../../src/composer/drafts.js";

let editor: HTMLElement;
let note: HTMLElement;
let isFull: boolean;
let drafts: Drafts;
let keeper: DraftKeeper;

beforeEach(() => {
  localStorage.clear();
  isFull = false;
  [editor, note] = [document.createElement("div"), document.createElement("div")];
  drafts = new Drafts("7", () => {
    if (isFull) throw new DOMException("full", "QuotaExceededError");
    return localStorage;
  });
  keeper = new DraftKeeper(drafts, editor, note);
});

const isWarned = (): boolean => {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};

it("warns before leaving only while the draft is not kept", () => {
  editor.textContent = "One";
  keeper.changed({ surface: "x-post", text: "One" });
  expect([isWarned(), note.textContent]).toEqual([false, ""]);
  isFull = true;
  keeper.changed({ surface: "x-post", text: "One two" });
  expect([isWarned(), note.textContent]).toEqual([true, expect.stringContaining("cannot keep your draft")]);
  isFull = false;
  keeper.changed({ surface: "x-post", text: "One two three" });
  expect([isWarned(), note.textContent]).toEqual([false, ""]);
});

it("offers to clear a restored draft until it is empty or posted", () => {
  keeper.restore({ surface: "x-post", text: "One" });
  expect([editor.textContent, note.textContent]).toEqual(["One", "Restored your draftClear"]);
  keeper.changed({ surface: "x-post", text: "One two" });
  expect(keeper.isRestored).toBe(true);
  keeper.posted("x-post");
  expect([keeper.isRestored, note.textContent, drafts.latest()]).toEqual([false, "", null]);
});

it("does not keep a posted draft again before it changes", () => {
  keeper.changed({ surface: "x-post", text: "One" });
  keeper.posted("x-post");
  keeper.changed({ surface: "x-post", text: "One" });
  expect(drafts.latest()).toBeNull();
  keeper.changed({ surface: "x-post", text: "One more" });
  expect(drafts.latest()).toEqual({ surface: "x-post", text: "One more" });
});

it("moves the draft to the chosen surface, unless that has a draft of its own", () => {
  keeper.changed({ surface: "x-post", text: "One" });
  expect(keeper.changeSurface({ surface: "x-post", text: "One" }, "x-reply")).toBe(false);
  expect([drafts.text("x-post"), drafts.text("x-reply")]).toEqual(["", "One"]);
  drafts.keep({ surface: "linkedin-post", text: "Of another tab" });
  expect(keeper.changeSurface({ surface: "x-reply", text: "One" }, "linkedin-post")).toBe(true);
  expect(editor.textContent).toBe("Of another tab");
  expect([drafts.text("x-reply"), drafts.text("linkedin-post")]).toEqual(["One", "Of another tab"]);
});
