import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstWords, shortlist, sum, toParts } from "../../src/shared/parts.js";
import { arbitraryParts, assessed, part, sentence } from "./score-parts.js";

it("a sentence has its own words, whatever characters stand before it", () => {
  const { text, assessment } = assessed([sentence("Ship it 🚀🚀!"), part({}), sentence("Who called?")]);
  expect(toParts(assessment?.contributions ?? [], text).map(({ words }) => words)).toEqual([
    "",
    "Ship it 🚀🚀!",
    "",
    "Who called?",
  ]);
});

describe("shortlist", () => {
  it("adds up to the whole and has at most one line of others for each kind", () => {
    fc.assert(
      fc.property(arbitraryParts, (parts) => {
        const { shown, others } = shortlist(parts);
        expect(sum(shown) + sum(others)).toBe(sum(parts));
        expect(new Set(others.map(({ kind }) => kind)).size).toBe(others.length);
        expect(shown.length + others.length).toBeLessThanOrEqual(5);
        const sizes = shown.map(({ tenths }) => Math.abs(tenths));
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      }),
    );
  });

  it("shows the largest, and sums up sentences and measures apart", () => {
    const parts = [
      part({ name: "a", tenths: 1 }),
      part({ name: "b", tenths: -9 }),
      sentence("One.", { tenths: 2 }),
      sentence("Two.", { tenths: -8 }),
      sentence("Three.", { tenths: -1 }),
      sentence("Four.", { tenths: 7 }),
      part({ name: "c", tenths: 3 }),
      part({ name: "d", tenths: 0 }),
    ];
    const { shown, others } = shortlist(parts);
    expect(shown.map(({ tenths }) => tenths)).toEqual([-9, -8, 7]);
    expect(others).toEqual([
      { kind: "measure", count: 2, tenths: 4 },
      { kind: "sentence", count: 2, tenths: 1 },
    ]);
  });

  it("shows a part instead of a line for one other", () => {
    const parts = [5, 4, 3, 2].map((tenths) => part({ name: `m${tenths}`, tenths }));
    expect(shortlist(parts)).toEqual({ shown: parts, others: [] });
  });
});

describe("firstWords", () => {
  it.each([
    ["It was not.", "It was not."],
    ["One\n\n two\tthree ", "One two three"],
    ["We moved three fields to the first page, and the calls stopped.", "We moved three fields to the first page, and the…"],
    ["We moved the three fields to the first page, then left it.", "We moved the three fields to the first page…"],
    ["https://repute.example/a/very/long/address/without/spaces", "https://repute.example/a/very/long/address/witho…"],
  ])("of %j are %j", (words, quotation) => {
    expect(firstWords(words)).toBe(quotation);
  });

  it("never cut a character in half", () => {
    expect(firstWords("🚀".repeat(60))).toBe(`${"🚀".repeat(48)}…`);
  });
});
