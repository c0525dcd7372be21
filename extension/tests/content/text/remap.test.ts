import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeSingleTextEdit, remapSentence, remapSpan } from "../../../src/content/text/remap.js";
import { textAt } from "../../../src/shared/span.js";

const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " "), maxLength: 30 });

describe("a single text edit", () => {
  it("turns the earlier text into the later one", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { start, removed, inserted } = computeSingleTextEdit(before, after);
        expect(before.slice(0, start) + after.slice(start, start + inserted) + before.slice(start + removed)).toBe(after);
      }),
    );
  });

  it("moves a span with its words or drops it", () => {
    fc.assert(
      fc.property(text, text, fc.nat(30), fc.nat(10), (before, after, start, length) => {
        const span = { start, end: start + length };
        if (span.end > before.length) return;
        const moved = remapSpan(span, computeSingleTextEdit(before, after));
        if (moved) expect(textAt(after, moved)).toBe(textAt(before, span));
      }),
    );
  });
});

describe("sentence spans", () => {
  it("grow with text typed inside and at their end", () => {
    expect(remapSentence({ start: 0, end: 5 }, { start: 2, removed: 0, inserted: 3 })).toEqual({ start: 0, end: 8 });
    expect(remapSentence({ start: 0, end: 5 }, { start: 5, removed: 0, inserted: 1 })).toEqual({ start: 0, end: 6 });
    expect(remapSentence({ start: 6, end: 10 }, { start: 0, removed: 2, inserted: 0 })).toEqual({ start: 4, end: 8 });
  });

  it("are dropped with their text", () => {
    expect(remapSentence({ start: 3, end: 7 }, { start: 3, removed: 4, inserted: 0 })).toBeNull();
  });
});
