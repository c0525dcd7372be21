import { expect, it } from "vitest";
import { computeSingleTextEdit } from "../../src/content/text/remap.js";
import { TrackedTips } from "../../src/content/tracked-tips.js";
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

function assessed(): TrackedTips {
  const tips = new TrackedTips();
  tips.setCoach({ findings: FINDINGS }, BOTH, BOTH);
  return tips;
}

it("counts what was left in the posted text as left, and what the rep changed before as acted on", () => {
  const tips = assessed();
  tips.setCoach({ findings: [finding(BUZZWORDS, "synergy", ONE)] }, ONE, ONE);
  expect(tips.posted(ONE)).toEqual({ left: [BUZZWORDS], fixed: [HYPE] });
});

it("counts a post once, and only if this very text was assessed", () => {
  const tips = assessed();
  expect(tips.posted(`${BOTH} More.`)).toBeNull();
  expect(tips.posted(BOTH)).toEqual({ left: [HYPE, BUZZWORDS], fixed: [] });
  expect(tips.posted(BOTH)).toBeNull();
});

it("knows the posted text although the site has emptied its editor by then", () => {
  const tips = assessed();
  tips.applyEdit(computeSingleTextEdit(BOTH, ""), "");
  tips.clear();
  expect(tips.posted(BOTH)).toEqual({ left: [HYPE, BUZZWORDS], fixed: [] });
});

it("does not count the tips of a draft that was cleared as acted on in the next one", () => {
  const tips = assessed();
  tips.applyEdit(computeSingleTextEdit(BOTH, ""), "");
  tips.setCoach({ findings: [] }, ONE, ONE);
  expect(tips.posted(ONE)).toEqual({ left: [], fixed: [] });
});

it("counts an ignored tip neither as left nor as acted on, and a slip not at all", () => {
  const tips = new TrackedTips();
  tips.setCoach({ findings: [...FINDINGS, finding("Repute.MergeField", "An", BOTH, "check")], ignored: [0] }, BOTH, BOTH);
  expect(tips.posted(BOTH)).toEqual({ left: [BUZZWORDS], fixed: [] });
});

it("folds away the tips that the response names, until they are restored", () => {
  const tips = new TrackedTips();
  tips.setCoach({ findings: FINDINGS, seen: [1] }, BOTH, BOTH);
  expect(tips.visible.map(({ tip }) => tip.seen)).toEqual([false, true]);
  expect(tips.restoreSeen()).toEqual([BUZZWORDS]);
  expect(tips.visible.map(({ tip }) => tip.seen)).toEqual([false, false]);
});
