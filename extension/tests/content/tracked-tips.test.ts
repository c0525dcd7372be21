import { beforeEach, expect, it } from "vitest";
import { computeSingleTextEdit } from "../../src/content/text/remap.js";
import { TrackedTips } from "../../src/content/tracked-tips.js";
import type { GrammarFinding } from "../../src/shared/grammar.js";
import { spanOf } from "../span-of.js";

const SENT = "We leverage synergy.";
const finding = (quote: string, text = SENT): GrammarFinding => ({
  rule: `Repute.${quote}`,
  span: spanOf(quote, text),
  quote,
  message: "Say it plainly",
  severity: "grammar",
  replacements: [],
});
const FINDINGS = { findings: [finding("leverage"), finding("synergy")] };

let tips: TrackedTips;
beforeEach(() => {
  tips = new TrackedTips();
});

const words = (): string[] => tips.visible.map(({ tip }) => tip.words);

it("keeps a tip with its words while text before it changes, and drops one whose words were edited", () => {
  tips.setCoach(FINDINGS, SENT, SENT);
  const text = "Today we leverage synergies.";
  tips.applyEdit(computeSingleTextEdit(SENT, "Today we leverage synergy."), "Today we leverage synergy.");
  tips.applyEdit(computeSingleTextEdit("Today we leverage synergy.", text), text);
  expect(words()).toEqual(["leverage"]);
  expect(tips.visible[0]?.span).toEqual(spanOf("leverage", text));
});

it("drops findings whose words the rep changed while the request was in flight", () => {
  tips.setCoach(FINDINGS, SENT, "We use synergy.");
  expect(words()).toEqual(["synergy"]);
});

it("drops a finding whose span does not contain its quote", () => {
  tips.setCoach({ findings: [{ ...finding("synergy"), quote: "energy!" }] }, SENT, SENT);
  expect(words()).toEqual([]);
});

it("keeps the id of a tip that is found again", () => {
  tips.setCoach({ findings: [finding("synergy")] }, SENT, SENT);
  const id = tips.visible[0]?.tip.id;
  tips.setCoach(FINDINGS, SENT, SENT);
  expect(tips.visible.find(({ tip }) => tip.words === "synergy")?.tip.id).toBe(id);
});

it("hides ignored tips, also in later responses, until they are restored", () => {
  tips.setCoach({ ...FINDINGS, ignored: [1] }, SENT, SENT);
  expect(words()).toEqual(["leverage"]);
  const leverage = tips.visible[0];
  if (leverage) tips.ignore(leverage);
  expect(words()).toEqual([]);
  expect(tips.ignoredCount).toBe(2);
  expect(tips.restoreIgnored()).toHaveLength(2);
  expect(words()).toEqual(["leverage", "synergy"]);
});
