import { expect, it } from "vitest";
import { overlaps, sentenceBeingTyped, withTrailingSpace } from "../../../src/content/text/sentences.js";

const TEXT = "We moved the launch. Buyers ask";
const SENTENCES = [
  { offset: 0, length: 20 },
  { offset: 21, length: 10 },
];

it("sentenceBeingTyped is the unfinished sentence at the caret", () => {
  expect(sentenceBeingTyped(31, TEXT, SENTENCES)).toEqual(SENTENCES[1]);
  expect(sentenceBeingTyped(5, TEXT, SENTENCES)).toEqual(SENTENCES[0]);
});

it.each([
  ["an end mark", "We moved."],
  ["an end mark and a closing quote", "“We moved.”"],
  ["a line break", "We moved\n"],
])("sentenceBeingTyped is null after %s", (_what, text) => {
  expect(sentenceBeingTyped(text.length, text, [{ offset: 0, length: text.length }])).toBeNull();
});

it("sentenceBeingTyped is the gap where a new sentence was started", () => {
  const text = "One.\nnew words";
  expect(sentenceBeingTyped(9, text, [{ offset: 0, length: 4 }])).toEqual({ offset: 5, length: 9 });
});

it("withTrailingSpace adds spaces to an unfinished sentence only", () => {
  expect(withTrailingSpace({ offset: 0, length: 2 }, "We  ")).toEqual({ offset: 0, length: 4 });
  expect(withTrailingSpace({ offset: 0, length: 3 }, "We. ")).toEqual({ offset: 0, length: 3 });
});

it("overlaps needs a shared character", () => {
  expect(overlaps({ offset: 0, length: 2 }, { offset: 1, length: 1 })).toBe(true);
  expect(overlaps({ offset: 0, length: 2 }, { offset: 2, length: 1 })).toBe(false);
  expect(overlaps(null, { offset: 0, length: 1 })).toBe(false);
});
