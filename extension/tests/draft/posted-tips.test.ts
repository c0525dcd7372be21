import { expect, it } from "vitest";
import { computeSingleTextEdit } from "../../src/content/text/remap.js";
import {
  moveTips,
  NO_TIPS,
  postTips,
  restoreSeen,
  type Tips,
  visibleTips,
  withCoach,
  withoutTips,
} from "../../src/draft/tips.js";
import type { Finding } from "../../src/shared/wire.js";
import { spanOf } from "../span-of.js";

const HYPE = "Repute.Hype";
const BUZZWORDS = "Repute.Buzzwords";

const finding = (rule: string, quote: string, text: string, severity: Finding["severity"] = "tip"): Finding => ({
  rule,
  span: spanOf(quote, text),
  quote,
  message: "",
  why: "",
  dimension: "voice",
  evidence: { grade: "C", source: "" },
  severity,
  replacements: [],
  points: -1,
});

const BOTH = "An insane synergy.";
const ONE = "A good synergy.";
const FINDINGS = [finding(HYPE, "insane", BOTH), finding(BUZZWORDS, "synergy", BOTH)];

const ASSESSED = withCoach(NO_TIPS, { findings: FINDINGS }, BOTH, BOTH, "linkedin-post");
const EMPTIED = moveTips(ASSESSED, computeSingleTextEdit(BOTH, ""), "");
const rulesIn = (tips: Tips, text: string) => postTips(tips, text).rules;

it("counts what was left in the posted text as left, and what the rep changed before as acted on", () => {
  const tips = withCoach(ASSESSED, { findings: [finding(BUZZWORDS, "synergy", ONE)] }, ONE, ONE, "linkedin-post");
  expect(rulesIn(tips, ONE)).toEqual({ left: [BUZZWORDS], fixed: [HYPE] });
});

it("counts a post once, and only if this very text was assessed", () => {
  expect(rulesIn(ASSESSED, `${BOTH} More.`)).toBeNull();
  const posted = postTips(ASSESSED, BOTH);
  expect(posted.rules).toEqual({ left: [HYPE, BUZZWORDS], fixed: [] });
  expect(rulesIn(posted.tips, BOTH)).toBeNull();
});

it("knows the posted text although the site has emptied its editor by then", () => {
  expect(rulesIn(withoutTips(EMPTIED), BOTH)).toEqual({ left: [HYPE, BUZZWORDS], fixed: [] });
});

it("does not count the tips of a draft that was cleared as acted on in the next one", () => {
  expect(rulesIn(withCoach(EMPTIED, { findings: [] }, ONE, ONE, "linkedin-post"), ONE)).toEqual({ left: [], fixed: [] });
});

it("counts an ignored tip neither as left nor as acted on, and a slip not at all", () => {
  const findings = [...FINDINGS, finding("Repute.MergeField", "An", BOTH, "check")];
  const tips = withCoach(NO_TIPS, { findings, ignored: [0] }, BOTH, BOTH, "linkedin-post");
  expect(rulesIn(tips, BOTH)).toEqual({ left: [BUZZWORDS], fixed: [] });
});

it("folds away the tips that the response names, until they are restored", () => {
  const tips = withCoach(NO_TIPS, { findings: FINDINGS, seen: [1] }, BOTH, BOTH, "linkedin-post");
  expect(visibleTips(tips, "linkedin-post").map(({ tip }) => tip.seen)).toEqual([false, true]);
  const restored = restoreSeen(tips);
  expect(restored.rules).toEqual([BUZZWORDS]);
  expect(visibleTips(restored.tips, "linkedin-post").map(({ tip }) => tip.seen)).toEqual([false, false]);
});
