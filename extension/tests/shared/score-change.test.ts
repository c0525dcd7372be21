import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sum } from "../../src/shared/parts.js";
import { scoreChange } from "../../src/shared/score-change.js";
import { arbitraryParts, assessed, part, sentence } from "./score-parts.js";

describe("scoreChange", () => {
  it("leads from the earlier score to the later one, largest change first, without unchanged dimensions", () => {
    fc.assert(
      fc.property(arbitraryParts, arbitraryParts, (before, after) => {
        const [earlier, later] = [assessed(before), assessed(after)];
        const change = scoreChange(earlier, later);
        expect(change?.start).toBe(Math.round((earlier.assessment?.score ?? 0) * 10));
        expect(change?.end).toBe(Math.round((later.assessment?.score ?? 0) * 10));
        const sizes = change?.steps.map((step) => Math.abs(step.tenths)) ?? [];
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect(sizes).not.toContain(0);
        for (const step of change?.steps ?? []) expect(sum(step.parts)).toBe(step.tenths);
      }),
    );
  });

  it("is empty for the same draft", () => {
    fc.assert(
      fc.property(arbitraryParts, (parts) => {
        expect(scoreChange(assessed(parts), assessed(parts))?.steps).toEqual([]);
      }),
    );
  });

  it("matches sentences by their words, not by their number", () => {
    const before = assessed([sentence("It broke.", { tenths: 10 }), sentence("We fixed it.", { tenths: 20 })]);
    const after = assessed([
      sentence("Read this.", { tenths: -30 }),
      sentence("It broke.", { tenths: 10 }),
      sentence("We fixed\nit.", { tenths: 25 }),
    ]);
    expect(scoreChange(before, after)?.steps.flatMap(({ parts }) => parts)).toMatchObject([
      { words: "Read this.", tenths: -30, change: "added" },
      { words: "We fixed\nit.", tenths: 5 },
    ]);
    expect(scoreChange(after, before)?.steps.flatMap(({ parts }) => parts)).toMatchObject([
      { words: "We fixed it.", tenths: -5 },
      { words: "Read this.", tenths: 30, change: "removed" },
    ]);
  });

  it("counts equal sentences one by one", () => {
    const again = sentence("Call me.", { tenths: -4 });
    expect(scoreChange(assessed([again]), assessed([again, again]))?.steps.flatMap(({ parts }) => parts)).toMatchObject([
      { words: "Call me.", tenths: -4, change: "added" },
    ]);
  });

  it("shows a sentence under its dimension in the later wording", () => {
    const before = assessed([sentence("It broke.", { dimension: "hook", tenths: 10 })]);
    const after = assessed([sentence("It broke.", { dimension: "voice", tenths: 15 })]);
    expect(scoreChange(before, after)?.steps.map(({ name, tenths }) => [name, tenths])).toEqual([["voice", 5]]);
  });

  it("names a measure that only one wording has", () => {
    const change = scoreChange(assessed([]), assessed([part({ name: "length", tenths: 7 })]));
    expect(change?.steps).toMatchObject([{ name: "hook", tenths: 7, parts: [{ name: "length", change: "added" }] }]);
  });

  it.each([
    ["another surface", { surface: "linkedin-post" as const }],
    ["other rules", { scoring_version: "w" }],
    ["no score", { score: null }],
  ])("is null for %s", (_what, values) => {
    expect(scoreChange(assessed([], values), assessed([]))).toBeNull();
    expect(scoreChange(assessed([]), assessed([], values))).toBeNull();
  });

  it("is null without an assessment", () => {
    expect(scoreChange({ text: "", assessment: null }, assessed([]))).toBeNull();
  });
});
