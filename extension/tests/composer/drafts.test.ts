/** Drafts kept in the browser: whose they are, and what happens where nothing can be stored. */
import { beforeEach, expect, it, vi } from "vitest";
import { Drafts } from "../../src/composer/drafts.js";

const open = (person: string) => new Drafts(person, () => localStorage);

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ now: 1_000 });
});

it("returns a person's draft of each surface, and the one changed last first", () => {
  const drafts = open("7");
  expect(drafts.latest()).toBeNull();
  drafts.keep({ surface: "x-reply", text: "One\n\ntwo" });
  vi.setSystemTime(2_000);
  drafts.keep({ surface: "linkedin-post", text: "Three" });
  expect(open("7").text("x-reply")).toBe("One\n\ntwo");
  expect(open("7").latest()).toEqual({ surface: "linkedin-post", text: "Three" });
  expect(open("7").text("x-post")).toBe("");
});

it("never returns another person's draft, and deletes it", () => {
  open("7").keep({ surface: "x-post", text: "Mine" });
  localStorage.setItem("repute-theme", "dark");
  expect(open("70").latest()).toBeNull();
  expect(open("7").latest()).toBeNull();
  expect(localStorage.getItem("repute-theme")).toBe("dark");
});

it("keeps nothing of an emptied or deleted draft", () => {
  const drafts = open("7");
  drafts.keep({ surface: "x-post", text: "Mine" });
  drafts.keep({ surface: "x-post", text: " \n" });
  drafts.keep({ surface: "x-reply", text: "Mine" });
  drafts.delete("x-reply");
  expect(Object.keys(localStorage)).toEqual([]);
});

it("ignores what it cannot read", () => {
  for (const stored of ["{", "7", '{"text": 7, "at": 1}', '{"text": "Mine"}']) {
    localStorage.setItem("repute-draft:7:x-post", stored);
    expect(open("7").latest()).toBeNull();
  }
});

it("says that a draft was not kept where the storage is blocked or full", () => {
  const blocked = new Drafts("7", () => {
    throw new DOMException("blocked", "SecurityError");
  });
  expect(blocked.latest()).toBeNull();
  expect(blocked.keep({ surface: "x-post", text: "Mine" })).toBe(false);
});
