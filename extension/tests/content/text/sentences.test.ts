import { expect, it } from "vitest";
import { sentenceBeingTyped, withTrailingSpace } from "../../../src/content/text/sentences.js";
import { overlaps } from "../../../src/shared/span.js";

const TEXT = "We moved the launch. Buyers ask";
const SENTENCES = [
  { start: 0, end: 20 },
  { start: 21, end: 31 },
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
  expect(sentenceBeingTyped(text.length, text, [{ start: 0, end: text.length }])).toBeNull();
});

it("sentenceBeingTyped is the gap where a new sentence was started", () => {
  const text = "One.\nnew words";
  expect(sentenceBeingTyped(9, text, [{ start: 0, end: 4 }])).toEqual({ start: 5, end: 14 });
});

it("withTrailingSpace adds spaces to an unfinished sentence only", () => {
  expect(withTrailingSpace({ start: 0, end: 2 }, "We  ")).toEqual({ start: 0, end: 4 });
  expect(withTrailingSpace({ start: 0, end: 3 }, "We. ")).toEqual({ start: 0, end: 3 });
});

it("overlaps needs a shared character", () => {
  expect(overlaps({ start: 0, end: 2 }, { start: 1, end: 2 })).toBe(true);
  expect(overlaps({ start: 0, end: 2 }, { start: 2, end: 3 })).toBe(false);
  expect(overlaps(null, { start: 0, end: 1 })).toBe(false);
});
