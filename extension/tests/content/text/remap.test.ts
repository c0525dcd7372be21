import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeSingleTextEdit, remapSentence, remapSpan } from "../../../src/content/text/remap.js";

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
      fc.property(text, text, fc.nat(30), fc.nat(10), (before, after, offset, length) => {
        if (offset + length > before.length) return;
        const moved = remapSpan({ offset, length }, computeSingleTextEdit(before, after));
        if (moved) expect(after.slice(moved.offset, moved.offset + moved.length)).toBe(before.slice(offset, offset + length));
      }),
    );
  });
});

describe("sentence spans", () => {
  it("grow with text typed inside and at their end", () => {
    expect(remapSentence({ offset: 0, length: 5 }, { start: 2, removed: 0, inserted: 3 })).toEqual({ offset: 0, length: 8 });
    expect(remapSentence({ offset: 0, length: 5 }, { start: 5, removed: 0, inserted: 1 })).toEqual({ offset: 0, length: 6 });
    expect(remapSentence({ offset: 6, length: 4 }, { start: 0, removed: 2, inserted: 0 })).toEqual({ offset: 4, length: 4 });
  });

  it("are dropped with their text", () => {
    expect(remapSentence({ offset: 3, length: 4 }, { start: 3, removed: 4, inserted: 0 })).toBeNull();
  });
});
