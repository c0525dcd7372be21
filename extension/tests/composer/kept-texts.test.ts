/** Drafts and ideas kept in the browser: whose they are, and what happens where nothing can be stored. */
import { beforeEach, expect, it, vi } from "vitest";
import { firstWords, KeptTexts, MAX_KEPT, search } from "../../src/composer/kept-texts.js";

const open = (person: string, kind: "draft" | "idea" = "draft") => new KeptTexts(person, kind, () => localStorage);
const textsOf = (kept: KeptTexts): string[] => kept.all().map(({ text }) => text);

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ now: 1_000 });
});

it("returns a person's texts, the one changed last first", () => {
  const drafts = open("7");
  expect(drafts.all()).toEqual([]);
  drafts.keep({ id: "a", surface: "x-reply", text: "One\n\ntwo" });
  vi.setSystemTime(2_000);
  drafts.keep({ id: "b", surface: "linkedin-post", text: "Three" });
  expect(open("7").all()).toEqual([
    { id: "b", surface: "linkedin-post", text: "Three", at: 2_000 },
    { id: "a", surface: "x-reply", text: "One\n\ntwo", at: 1_000 },
  ]);
  vi.setSystemTime(3_000);
  drafts.keep({ id: "a", surface: "x-reply", text: "One more" });
  expect(textsOf(drafts)).toEqual(["One more", "Three"]);
});

it("keeps drafts and ideas apart", () => {
  open("7").keep({ id: "a", surface: "x-post", text: "A draft" });
  open("7", "idea").keep({ id: "a", surface: "x-post", text: "An idea" });
  expect([textsOf(open("7")), textsOf(open("7", "idea"))]).toEqual([["A draft"], ["An idea"]]);
});

it("never returns another person's text, and deletes it", () => {
  open("7").keep({ id: "a", surface: "x-post", text: "Mine" });
  open("7", "idea").keep({ id: "b", surface: "x-post", text: "My idea" });
  localStorage.setItem("repute-theme", "dark");
  expect(open("70").all()).toEqual([]);
  expect([open("7").all(), open("7", "idea").all()]).toEqual([[], []]);
  expect(localStorage.getItem("repute-theme")).toBe("dark");
});

it("keeps nothing of an emptied or deleted text", () => {
  const drafts = open("7");
  drafts.keep({ id: "a", surface: "x-post", text: "Mine" });
  drafts.keep({ id: "a", surface: "x-post", text: " \n" });
  drafts.keep({ id: "b", surface: "x-reply", text: "Mine" });
  drafts.delete("b");
  expect([Object.keys(localStorage), drafts.all()]).toEqual([[], []]);
});

it("ignores what it cannot read", () => {
  for (const stored of ["{", "7", '{"surface": "x-post", "text": 7, "at": 1}', '{"surface": "fax", "text": "Mine", "at": 1}']) {
    localStorage.setItem("repute-draft:7:draft:a", stored);
    expect(open("7").all()).toEqual([]);
  }
});

it("takes over the drafts of earlier versions, one for each surface", () => {
  localStorage.setItem("repute-draft:7:x-post", JSON.stringify({ text: "From before", at: 500 }));
  localStorage.setItem("repute-draft:7:x-reply", "{");
  const [draft, ...rest] = open("7").all();
  expect([draft, rest]).toEqual([{ id: draft?.id, surface: "x-post", text: "From before", at: 500 }, []]);
  expect(localStorage.getItem("repute-draft:7:x-post")).toBeNull();
  expect(textsOf(open("7")), "only once").toEqual(["From before"]);
});

it("says that a text was not kept where the storage is blocked or full", () => {
  const blocked = new KeptTexts("7", "draft", () => {
    throw new DOMException("blocked", "SecurityError");
  });
  expect(blocked.all()).toEqual([]);
  expect(blocked.keep({ id: "a", surface: "x-post", text: "Mine" })).toBe(false);
});

it("is full at its limit", () => {
  const drafts = open("7");
  for (let count = 1; count <= MAX_KEPT; count += 1) {
    expect(drafts.isFull).toBe(false);
    drafts.keep({ id: `${count}`, surface: "x-post", text: `Draft ${count}` });
  }
  expect(drafts.isFull).toBe(true);
});

it("tells its listeners what it or another tab has changed", () => {
  const drafts = open("7");
  const listener = vi.fn(() => drafts.all().length);
  drafts.onChange(listener);
  drafts.keep({ id: "a", surface: "x-post", text: "Mine" });
  open("7").keep({ id: "b", surface: "x-post", text: "In another tab" });
  window.dispatchEvent(new Event("storage"));
  expect(listener.mock.results.map(({ value }) => value)).toEqual([1, 2]);
});

it("finds the texts that contain all words, in any order and without regard to capitals", () => {
  const drafts = open("7");
  drafts.keep({ id: "a", surface: "x-post", text: "Harbour pilots fill in the form twice.\nAÉRIEN" });
  drafts.keep({ id: "b", surface: "x-post", text: "The form of the dentists" });
  const found = (query: string): string[] => search(drafts.all(), query).map(({ id }) => id);
  expect([found("form"), found(" FORM harbour "), found("aérien"), found("pilots dentists"), found("")]).toEqual([
    ["a", "b"],
    ["a"],
    ["a"],
    [],
    ["a", "b"],
  ]);
});

it("recognises a text by its first line with words", () => {
  expect(firstWords("\n\n  Harbour pilots \nfill in")).toBe("Harbour pilots ");
  expect(firstWords("a".repeat(300))).toHaveLength(200);
});
