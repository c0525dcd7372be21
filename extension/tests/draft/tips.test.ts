import { expect, it } from "vitest";
import { computeSingleTextEdit } from "../../src/content/text/remap.js";
import {
  ignoreTip,
  moveTips,
  NO_TIPS,
  restoreIgnored,
  type Tips,
  visibleTips,
  withCoach,
  withGrammar,
} from "../../src/draft/tips.js";
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
const FOUND = withCoach(NO_TIPS, FINDINGS, SENT, SENT, "linkedin-post");

const rules = (tips: Tips): string[] => visibleTips(tips, "linkedin-post").map(({ tip }) => tip.finding.rule);
const words = (tips: Tips): string[] => visibleTips(tips, "linkedin-post").map(({ tip }) => tip.words);
const edited = (tips: Tips, before: string, after: string): Tips => moveTips(tips, computeSingleTextEdit(before, after), after);

it("keeps a tip with its words while text before it changes, and drops one whose words were edited", () => {
  const text = "Today we leverage synergies.";
  const moved = edited(edited(FOUND, SENT, "Today we leverage synergy."), "Today we leverage synergy.", text);
  expect(words(moved)).toEqual(["leverage"]);
  expect(visibleTips(moved, "linkedin-post")[0]?.span).toEqual(spanOf("leverage", text));
});

it("drops findings whose words the rep changed while the request was in flight", () => {
  expect(words(withCoach(NO_TIPS, FINDINGS, SENT, "We use synergy.", "linkedin-post"))).toEqual(["synergy"]);
});

it("drops a finding whose span does not contain its quote", () => {
  expect(
    words(withCoach(NO_TIPS, { findings: [{ ...finding("synergy"), quote: "energy!" }] }, SENT, SENT, "linkedin-post")),
  ).toEqual([]);
});

it("keeps the id of a tip that is found again", () => {
  const first = withCoach(NO_TIPS, { findings: [finding("synergy")] }, SENT, SENT, "linkedin-post");
  const again = visibleTips(withCoach(first, FINDINGS, SENT, SENT, "linkedin-post"), "linkedin-post");
  expect(again.find(({ tip }) => tip.words === "synergy")?.tip.id).toBe(visibleTips(first, "linkedin-post")[0]?.tip.id);
  expect(new Set(again.map(({ tip }) => tip.id)).size).toBe(2);
});

it("hides ignored tips, also in later responses, until they are restored", () => {
  const found = withCoach(NO_TIPS, { ...FINDINGS, ignored: [1] }, SENT, SENT, "linkedin-post");
  expect(words(found)).toEqual(["leverage"]);
  const { tips, key } = ignoreTip(found, visibleTips(found, "linkedin-post")[0]!);
  expect(key).toEqual({ rule: "Repute.leverage", words: "leverage" });
  expect(words(withCoach(tips, FINDINGS, SENT, SENT, "linkedin-post"))).toEqual([]);
  const restored = restoreIgnored(tips);
  expect(restored.keys).toHaveLength(2);
  expect(words(restored.tips)).toEqual(["leverage", "synergy"]);
});

it("says once what the coach and the check of grammar both found", () => {
  const text = "We sent the the quote.";
  const repeated = (rule: string) => ({ ...finding("the the", text), rule, replacements: ["the"] });
  const coach = withCoach(NO_TIPS, { findings: [repeated("Repute.RepeatedWord")] }, text, text, "linkedin-post");
  const findings = [repeated("Harper.RepeatedWords"), { ...finding("quote", text), replacements: ["offer"] }];
  const both = withGrammar(coach, { findings }, text, text, "linkedin-post");
  expect(rules(both)).toEqual(["Repute.RepeatedWord", "Repute.quote"]);
  const { tips } = ignoreTip(both, visibleTips(both, "linkedin-post")[0]!);
  expect(rules(tips), "nor does the other one take its place").toEqual(["Repute.quote"]);
});

it.each([
  ["elsewhere", { span: { start: 0, end: 8 } }],
  ["beyond the end", { span: { start: 20_003, end: 20_011 } }],
  ["of other words", { quote: "leverages" }],
])("drops a finding whose span is not its quote: %s", (_where, change) => {
  const findings = [{ ...finding("leverage"), ...change }, finding("synergy")];
  expect(words(withCoach(NO_TIPS, { findings }, SENT, SENT, "linkedin-post"))).toEqual(["synergy"]);
});
