import { expect, it } from "vitest";
import type { TrackedTip } from "../../src/draft/tips.js";
import { underlineTips } from "../../src/draft/underlines.js";
import type { Span } from "../../src/shared/span.js";

const tip = (id: string, start: number, length: number, severity = "tip"): TrackedTip =>
  ({ tip: { id, finding: { severity } }, span: { start, end: start + length } }) as unknown as TrackedTip;

const lines = (tips: TrackedTip[], typed: Span | null = null): Record<string, string> =>
  Object.fromEntries(underlineTips(tips, typed).map(({ id, line }) => [id, line]));

it("sets a tip off from those on its words, so that both lines are seen", () => {
  const tips = [tip("sentence", 0, 90), tip("word", 10, 8), tip("next sentence", 91, 90)];
  expect(lines(tips)).toEqual({ sentence: "around", word: "tip", "next sentence": "tip" });
});

it("does not set off a tip whose line differs anyway", () => {
  expect(lines([tip("limit", 0, 90, "limit"), tip("word", 10, 8)])).toEqual({ limit: "limit", word: "tip" });
});

it("leaves out the sentence that is being typed", () => {
  expect(lines([tip("sentence", 0, 90), tip("last", 100, 8)], { start: 95, end: 115 })).toEqual({ sentence: "tip" });
});
