import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSigned, largestLosses, scoreChange, toTenths, waterfall } from "../../src/shared/points.js";
import type { Assessment, Contribution } from "../../src/shared/wire.js";

const part = (values: Partial<Contribution>): Contribution => ({
  kind: "measure",
  name: "m",
  dimension: "hook",
  label: "M",
  points: 0,
  value: null,
  unit: "",
  ...values,
});
const BASELINE = part({ kind: "baseline", name: "average-draft", dimension: "", points: 50 });

const arbitraryParts = fc
  .array(
    fc.record({ dimension: fc.constantFrom("hook", "voice", "form", "new-one"), tenths: fc.integer({ min: -300, max: 300 }) }),
  )
  .map((items) => items.map(({ dimension, tenths }, index) => part({ dimension, name: `m${index}`, points: tenths / 10 })));

function assessed(parts: Contribution[], values: Partial<Assessment> = {}): Assessment {
  const contributions = [BASELINE, ...parts];
  const score = contributions.reduce((total, { points }) => total + toTenths(points), 0) / 10;
  return { surface: "x-post", scoring_version: "v", score, contributions, ...values } as Assessment;
}

describe("waterfall from the average draft", () => {
  it("ends at the score, each step from the end of the one before", () => {
    fc.assert(
      fc.property(arbitraryParts, (parts) => {
        const assessment = assessed(parts);
        const { start, steps, end } = waterfall(assessment.contributions);
        expect(end).toBe(Math.round((assessment.score ?? 0) * 10));
        let total = start;
        for (const step of steps) {
          expect(step.from).toBe(total);
          total += step.tenths;
        }
        expect(total).toBe(end);
        for (const step of steps)
          expect(step.parts.reduce((total, { points }) => total + toTenths(points), 0)).toBe(step.tenths);
      }),
    );
  });

  it("is in reading order, with the bound last", () => {
    const parts = [
      part({ kind: "bound", dimension: "", points: -3 }),
      part({ dimension: "voice" }),
      part({ dimension: "hook" }),
    ];
    expect(waterfall([BASELINE, ...parts]).steps.map(({ name }) => name)).toEqual(["hook", "voice", "bound"]);
  });
});

describe("largestLosses", () => {
  it("lists the largest loss of each dimension and no gain", () => {
    const parts = [
      part({ name: "a", dimension: "voice", points: -4, kind: "finding" }),
      part({ name: "b", dimension: "voice", points: -3 }),
      part({ name: "c", dimension: "hook", points: -1 }),
      part({ name: "d", dimension: "form", points: 0 }),
      part({ name: "e", dimension: "story", points: -2 }),
      part({ name: "f", dimension: "clarity", points: -0.5 }),
      part({ name: "g", dimension: "", points: -9, kind: "bound" }),
    ];
    expect(largestLosses(parts).map(({ name }) => name)).toEqual(["a", "e", "c"]);
    expect(largestLosses([BASELINE, part({ points: 2 })])).toEqual([]);
  });
});

describe("scoreChange", () => {
  it("leads from the earlier score to the later one, largest change first, without unchanged dimensions", () => {
    fc.assert(
      fc.property(arbitraryParts, arbitraryParts, (before, after) => {
        const [earlier, later] = [assessed(before), assessed(after)];
        const change = scoreChange(earlier, later);
        expect(change?.start).toBe(Math.round((earlier.score ?? 0) * 10));
        expect(change?.end).toBe(Math.round((later.score ?? 0) * 10));
        const sizes = change?.steps.map((step) => Math.abs(step.tenths)) ?? [];
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect(sizes).not.toContain(0);
      }),
    );
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
    expect(scoreChange(null, assessed([]))).toBeNull();
  });
});

it("formatSigned writes tenths with a sign", () => {
  expect([12, -4, 0].map(formatSigned)).toEqual(["+1.2", "\u22120.4", "0.0"]);
});
