import { expect, it } from "vitest";
import { countRemarks, isFaultless, leaveOf, leversOf, markOf } from "../../src/shared/advice.js";
import type { DraftView, Tip } from "../../src/shared/view.js";
import type { Advice, Assessment } from "../../src/shared/wire.js";

const advice = (code: string): Advice => ({ code, message: code, question: "", worth: 5, spans: [] });
const LEAVE = advice("leave");
const TIP = { id: "1", words: "leverage", gone: null } as Tip;

function view(
  { advised = [] as Advice[], tips = [] as Tip[], typing = 0 } = {},
  assessment: Partial<Assessment> = {},
): Pick<DraftView, "assessment" | "advice" | "tips" | "typing"> {
  const whole = { gate: { state: "open", reasons: [] }, length: null, ...assessment } as unknown as Assessment;
  return {
    assessment: whole,
    advice: advised.map((item) => ({ advice: item, words: [], gone: [], isGone: false })),
    tips,
    typing,
  };
}

it("keeps the server's order of changes, and leaves a text alone only if no change would help", () => {
  const [fact, ask] = [advice("fact"), advice("ask")];
  expect(leversOf([fact, LEAVE, ask])).toEqual([fact, ask]);
  expect(leaveOf([fact, LEAVE])).toBeNull();
  expect(leaveOf([LEAVE])).toBe(LEAVE);
  expect(leaveOf([])).toBeNull();
});

it("counts changes and tips, but not the advice to leave the text", () => {
  expect(countRemarks(view({ advised: [advice("fact"), advice("ask")], tips: [TIP] }))).toBe(3);
  expect(countRemarks(view({ advised: [LEAVE] }))).toBe(0);
  expect(countRemarks(view({ tips: [TIP, { ...TIP, gone: "words" }] })), "nor what is only held in its place").toBe(1);
});

it("marks no low score where there is nothing but the advice to leave the text", () => {
  const mark = (advised: Advice[], band: Assessment["band"], rest: { tips?: Tip[]; typing?: number } = {}) =>
    markOf(view({ advised, ...rest }, { score: 31, band }))?.band;
  expect(mark([LEAVE], "needs-work")).toBeNull();
  expect(mark([LEAVE], "needs-work", { tips: [TIP] }), "the rest may be left").toBe("needs-work");
  expect(mark([LEAVE], "needs-work", { typing: 1 }), "its tip waits for the end of the sentence").toBe("needs-work");
  expect(mark([LEAVE], "good")).toBe("good");
  expect(mark([advice("fact")], "needs-work")).toBe("needs-work");
  expect(markOf({ ...view({ advised: [LEAVE] }), assessment: null })).toBeNull();
});

it.each([
  ["there is nothing to say", view(), true],
  ["the advice is to leave it", view({ advised: [LEAVE] }), true],
  ["a change would help", view({ advised: [advice("fact")] }), false],
  ["a tip is left, in spelling and grammar too", view({ tips: [TIP] }), false],
  ["the credit is on hold", view({}, { gate: { state: "held", reasons: ["A claim"] } }), false],
  ["it is at its limit", view({}, { length: { used: 280, limit: 280, unit: "characters", folds: [] } }), true],
  ["it is over its limit", view({}, { length: { used: 281, limit: 280, unit: "characters", folds: [] } }), false],
  ["it is not assessed", { ...view(), assessment: null }, false],
])("says whether nothing is wrong with a draft if %s", (_, draft, isTrue) => {
  expect(isFaultless(draft)).toBe(isTrue);
});
