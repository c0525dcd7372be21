/** What the rep sees of the draft that this browser keeps. */
import { beforeEach, expect, it } from "vitest";
import { DraftKeeper } from "../../src/composer/draft-keeper.js";
import { KeptTexts } from "../../src/composer/kept-texts.js";

let editor: HTMLElement;
let note: HTMLElement;
let isFull: boolean;
let drafts: KeptTexts;
let keeper: DraftKeeper;

beforeEach(() => {
  localStorage.clear();
  isFull = false;
  [editor, note] = [document.createElement("div"), document.createElement("div")];
  document.body.replaceChildren(editor, note);
  drafts = new KeptTexts("7", "draft", () => {
    if (isFull) throw new DOMException("full", "QuotaExceededError");
    return localStorage;
  });
  keeper = new DraftKeeper(drafts, editor, note);
});

const write = (text: string): void => {
  editor.textContent = text;
  keeper.changed({ surface: "x-post", text });
};
const kept = (): string[] => drafts.all().map(({ text }) => text);
const isWarned = (): boolean => {
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
};

it("warns before leaving only while the draft is not kept", () => {
  write("One");
  expect([isWarned(), note.textContent, keeper.hasUnkept]).toEqual([false, "", false]);
  isFull = true;
  write("One two");
  expect([isWarned(), note.textContent]).toEqual([true, expect.stringContaining("cannot keep your draft")]);
  expect(keeper.hasUnkept).toBe(true);
  isFull = false;
  write("One two three");
  expect([isWarned(), note.textContent, keeper.hasUnkept]).toEqual([false, "", false]);
});

it("offers to clear a restored draft until it is empty or posted", () => {
  drafts.keep({ id: "a", surface: "x-post", text: "One" });
  keeper.restore({ id: "a", surface: "x-post", text: "One", at: 1 });
  expect([editor.textContent, note.textContent]).toEqual(["One", "Restored your draftClear"]);
  write("One two");
  expect([keeper.isRestored, kept()]).toEqual([true, ["One two"]]);
  keeper.posted();
  expect([keeper.isRestored, note.textContent, kept()]).toEqual([false, "", []]);
});

it("does not keep a posted draft again before it changes", () => {
  write("One");
  keeper.posted();
  write("One");
  expect(kept()).toEqual([]);
  write("One more");
  expect(kept()).toEqual(["One more"]);
});

it("keeps each draft when another one is opened or started", () => {
  write("One");
  const [first] = drafts.all();
  keeper.start();
  expect(editor.textContent).toBe("");
  write("Two");
  expect(kept().toSorted()).toEqual(["One", "Two"]);
  if (first) keeper.open(first);
  expect([editor.textContent, keeper.id, note.textContent]).toEqual(["One", first?.id, ""]);
  write("One, changed");
  expect(kept().toSorted()).toEqual(["One, changed", "Two"]);
});

it("moves the draft to the chosen surface", () => {
  keeper.changeSurface("x-reply");
  expect(drafts.all()).toEqual([]);
  write("One");
  keeper.changeSurface("x-reply");
  expect(drafts.all().map(({ surface, text }) => [surface, text])).toEqual([["x-reply", "One"]]);
});

it("keeps both drafts when another tab has changed the same one", () => {
  write("One");
  drafts.keep({ id: keeper.id, surface: "x-post", text: "One, in the other tab" });
  write("One, here");
  expect(kept().toSorted()).toEqual(["One, here", "One, in the other tab"]);
  expect(note.textContent).toContain("changed in another tab");
  write("One, here again");
  expect(kept().toSorted()).toEqual(["One, here again", "One, in the other tab"]);
});

it("keeps a draft again that another tab has deleted, once it is written on", () => {
  write("One");
  drafts.delete(keeper.id);
  write("One more");
  expect(kept()).toEqual(["One more"]);
});
