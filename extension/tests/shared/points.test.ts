import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sum, toParts } from "../../src/shared/parts.js";
import { formatSigned, largestLosses, waterfall } from "../../src/shared/points.js";
import { arbitraryParts, assessed, BASELINE, part, sentence } from "./score-parts.js";

describe("waterfall from the average draft", () => {
  it("ends at the score, each step from the end of the one before", () => {
    fc.assert(
      fc.property(arbitraryParts, (parts) => {
        const { text, assessment } = assessed(parts);
        const { start, steps, end } = waterfall(toParts(assessment?.contributions ?? [], text));
        expect(start).toBe(BASELINE.tenths);
        expect(end).toBe(Math.round((assessment?.score ?? 0) * 10));
        let total = start;
        for (const step of steps) {
          expect(step.from).toBe(total);
          total += step.tenths;
          expect(sum(step.parts)).toBe(step.tenths);
        }
        expect(total).toBe(end);
      }),
    );
  });

  it("is in reading order, with the bound last", () => {
    const parts = [
      part({ kind: "bound", dimension: "", tenths: -30 }),
      sentence("It broke.", { dimension: "voice" }),
      part({ dimension: "hook" }),
    ];
    expect(waterfall([BASELINE, ...parts]).steps.map(({ name }) => name)).toEqual(["hook", "voice", "bound"]);
  });
});

describe("largestLosses", () => {
  it("lists the largest loss of each dimension and no gain", () => {
    const parts = [
      part({ name: "a", dimension: "voice", tenths: -40, kind: "finding" }),
      part({ name: "b", dimension: "voice", tenths: -30 }),
      part({ name: "c", dimension: "hook", tenths: -10 }),
      part({ name: "d", dimension: "form", tenths: 0 }),
      part({ name: "e", dimension: "story", tenths: -20, kind: "sentence" }),
      part({ name: "f", dimension: "clarity", tenths: -5 }),
      part({ name: "g", dimension: "", tenths: -90, kind: "bound" }),
    ];
    expect(largestLosses(parts).map(({ name }) => name)).toEqual(["a", "e", "c"]);
    expect(largestLosses([BASELINE, part({ tenths: 20 })])).toEqual([]);
  });
});

it("formatSigned writes tenths with a sign", () => {
  expect([12, -4, 0].map(formatSigned)).toEqual(["+1.2", "\u22120.4", "0.0"]);
});
