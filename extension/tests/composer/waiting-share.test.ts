/** The share that waits, kept in the browser: whose it is, and what happens where nothing can be stored. */
import { beforeEach, expect, it } from "vitest";
import { KeptTexts } from "../../src/composer/kept-texts.js";
import { type WaitingShare, WaitingShareStore } from "../../src/composer/waiting-share.js";

const open = (person: string) => new WaitingShareStore(person, () => localStorage);
const share: WaitingShare = {
  idempotencyKey: "one-share",
  body: { surface: "x-post", text: "Mine", url: null, occurred_at: "2026-11-29T09:00:00.000Z" },
};

beforeEach(() => localStorage.clear());

it("survives the page, and is gone once it is deleted", () => {
  open("7").set(share);
  expect(open("7").get()).toEqual(share);
  open("7").delete();
  expect(open("7").get()).toBeNull();
  expect(Object.keys(localStorage)).toEqual([]);
});

it("is never another person's, and is deleted with what they left behind", () => {
  open("7").set(share);
  expect(open("70").get()).toBeNull();
  new KeptTexts("70", "draft", () => localStorage);
  expect(open("7").get()).toBeNull();
});

it("ignores what it cannot read", () => {
  for (const stored of [
    "",
    "{",
    "[]",
    '{"idempotencyKey":"k"}',
    JSON.stringify({ ...share, body: { ...share.body, surface: "fax" } }),
  ]) {
    localStorage.setItem("repute-draft:7:waiting-share", stored);
    expect(open("7").get()).toBeNull();
  }
});

it("does nothing where the browser blocks storage", () => {
  const blocked = new WaitingShareStore("7", () => {
    throw new DOMException("blocked", "SecurityError");
  });
  blocked.set(share);
  blocked.delete();
  expect(blocked.get()).toBeNull();
});
