/** Whether a text is longer than X lets everybody post: never "longer" for a text that fits. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isLongerThanPost } from "../../../src/content/text/x-length.js";

it.each([
  ["280 letters", "a".repeat(280), false],
  ["281 letters", "a".repeat(281), true],
  ["spaces around the text", `${"a".repeat(280)}\n\n`, false],
  ["long links, which count as 23", `${"a".repeat(200)} https://example.com/${"path/".repeat(60)}`, false],
  ["140 flags of two code points", "🇩🇪".repeat(140), false],
  ["140 families of seven code points", "👨‍👩‍👧‍👦".repeat(140), false],
  ["140 hands with a skin tone", "👍🏽".repeat(140), false],
  ["letters with combining marks", "e\u0301".repeat(280), false],
  ["an article", "A buyer asked us twice. ".repeat(40), true],
])("%s", (_name, text, expected) => {
  expect(isLongerThanPost(text)).toBe(expected);
});

it("is quick for the longest drafts", () => {
  const text = "👨‍👩‍👧‍👦 https://example.com/a ".repeat(1_000).slice(0, 30_000);
  const start = performance.now();
  isLongerThanPost(text);
  expect(performance.now() - start).toBeLessThan(100);
});

it("is false for any short text", () => {
  fc.assert(fc.property(fc.string({ maxLength: 280, unit: "grapheme" }), (text) => !isLongerThanPost(text.slice(0, 280))));
});
