/** While the pointer is over the list, or the focus in it, no row moves. */
import { beforeEach, expect, it } from "vitest";
import { reduce } from "../../src/draft/reducer.js";
import { toEntry } from "../../src/shared/rules-off.js";
import { spanOf } from "../span-of.js";
import { assessmentOf, Driver, findingOn, PAIRED } from "./driver.js";

const FIRST = "We leverage forms for clinics.";
const DRAFT = `${FIRST} It moves the needle. And so on`;
const ADVICE = { code: "fact", message: "Say how much", question: "", worth: 5, spans: [spanOf(FIRST, DRAFT)] };
const FINDINGS = [findingOn("leverage", DRAFT), { ...findingOn("needle", DRAFT, "Repute.Needle"), points: -3 }];

let draft: Driver;
beforeEach(() => {
  draft = new Driver(reduce);
  draft.assess(DRAFT, { findings: FINDINGS, advice: [ADVICE] });
  becomeIdle();
});

/** No sentence is being typed any longer. */
const becomeIdle = () => draft.dispatch({ type: "timer-fired", timer: "idle" });

const rows = (): (string | null)[][] => draft.view.tips.map(({ words, gone }) => [words, gone]);
const enter = (by: "pointer" | "focus" = "pointer") => draft.choose({ do: "enter-list", by });
const leave = (by: "pointer" | "focus" = "pointer") => draft.choose({ do: "leave-list", by });
const idOf = (words: string): string => draft.view.tips.find((tip) => tip.words === words)?.id ?? "";

it("what costs the most points comes first", () => {
  expect(draft.words).toEqual(["needle", "leverage"]);
});

it("rows stay where they are and new ones wait, until the pointer leaves", () => {
  enter();
  draft.type(DRAFT.replace("leverage", "use"));
  const changed = `We use forms for clinics. It moves the needle. And so on. A synergy`;
  const findings = [findingOn("synergy", changed, "Repute.Synergy"), findingOn("needle", changed, "Repute.Needle")];
  draft.assess(changed, { findings: findings.map((finding) => ({ ...finding, points: -5 })), score: 61 });
  becomeIdle();
  expect(rows()).toEqual([
    ["needle", null],
    ["leverage", "words"],
  ]);
  expect(draft.view).toMatchObject({ advice: [{ isGone: true }], isWaiting: true, assessment: { score: 61 } });
  expect(leave()).toEqual([{ do: "show" }]);
  expect(rows()).toEqual([
    ["synergy", null],
    ["needle", null],
  ]);
  expect(draft.view).toMatchObject({ advice: [], isWaiting: false });
});

it("a row that is gone does nothing", () => {
  enter();
  const gone = idOf("leverage");
  draft.read(DRAFT.replace("leverage", "use"));
  expect(draft.choose({ do: "apply", tip: gone, replacement: "use" })).toEqual([]);
});

it("the list is held until pointer and focus have both left", () => {
  enter();
  enter("focus");
  draft.read("");
  leave();
  expect(rows()).toHaveLength(2);
  leave("focus");
  expect(rows()).toEqual([]);
});

it("an error waits too, because its notice would move the list", () => {
  enter();
  draft.type(`${DRAFT}!`);
  draft.pause();
  draft.respond({ error: "unpaired" });
  expect(draft.view).toMatchObject({ status: "fresh", isWaiting: true });
  leave();
  expect(draft.view.status).toBe("unpaired");
});

it("a rule that is turned off stays in its place with a way to undo it, and its tips come back at once", () => {
  enter();
  draft.choose({ do: "turn-off", tip: idOf("leverage"), everywhere: false });
  const off = { rule: "Repute.PlainWords", surface: "linkedin-post" } as const;
  expect(draft.effect("turn-rule")).toEqual({ do: "turn-rule", off, isOff: true });
  expect(rows()).toEqual([
    ["needle", null],
    ["leverage", "off-here"],
  ]);
  draft.dispatch({ type: "rule-turned", off, isOff: true, hasFailed: false });
  draft.pause();
  draft.respond({ ok: assessmentOf({ findings: FINDINGS.slice(1), advice: [ADVICE] }) });
  draft.choose({ do: "turn-on", entry: toEntry(off) });
  expect(rows()).toEqual([
    ["needle", null],
    ["leverage", null],
  ]);
  leave();
  expect(draft.words).toEqual(["needle", "leverage"]);
});

it("a response that was made before the rule was on again does not take its tips away", () => {
  enter();
  draft.choose({ do: "turn-off", tip: idOf("leverage"), everywhere: false });
  const { off } = draft.effect("turn-rule");
  draft.dispatch({ type: "rule-turned", off, isOff: true, hasFailed: false });
  draft.pause();
  const { request } = draft.effect("assess");
  const without = { ok: assessmentOf({ findings: FINDINGS.slice(1), advice: [ADVICE] }) };
  draft.choose({ do: "turn-on", entry: toEntry(off) });
  draft.dispatch({ type: "assessed", request, result: without, hasFocus: true });
  expect(rows().at(-1)).toEqual(["leverage", null]);
  draft.dispatch({ type: "rule-turned", off, isOff: false, hasFailed: false });
  draft.pause();
  draft.respond({ ok: assessmentOf({ findings: FINDINGS, advice: [ADVICE] }) });
  expect(rows().at(-1)).toEqual(["leverage", null]);
});

it("a rule that is off is listed below, is off for later drafts of this editor, and can be turned on in the options", () => {
  draft.choose({ do: "turn-off", tip: idOf("leverage"), everywhere: true });
  expect(draft.words).toEqual(["needle"]);
  expect(draft.view.turnedOff).toEqual([{ rule: "Repute.PlainWords", surface: null }]);
  const off = { ...PAIRED, rulesOff: ["Repute.PlainWords"] };
  draft.dispatch({ type: "access-changed", access: off });
  expect(draft.words).toEqual(["needle"]);
  draft.dispatch({ type: "access-changed", access: PAIRED });
  expect(draft.words).toEqual(["needle", "leverage"]);
});

it("a rule that is off on one surface stays off when it is turned off everywhere", () => {
  draft.choose({ do: "turn-off", tip: idOf("leverage"), everywhere: false });
  draft.dispatch({ type: "access-changed", access: { ...PAIRED, rulesOff: ["Repute.PlainWords@linkedin-post"] } });
  draft.dispatch({ type: "access-changed", access: { ...PAIRED, rulesOff: ["Repute.PlainWords"] } });
  expect(draft.words).toEqual(["needle"]);
});

it("a rule that the server did not turn off or on says so", () => {
  draft.choose({ do: "turn-off", tip: idOf("leverage"), everywhere: true });
  const { off } = draft.effect("turn-rule");
  draft.dispatch({ type: "rule-turned", off, isOff: true, hasFailed: true });
  expect(draft.view).toMatchObject({ message: "not-turned-off", turnedOff: [] });
  expect(draft.words).toEqual(["needle", "leverage"]);
  draft.dispatch({ type: "rule-turned", off, isOff: false, hasFailed: true });
  expect(draft.view).toMatchObject({ message: "not-turned-on", turnedOff: [off] });
});

it("a rule is off for what the draft was assessed as then, also when it is undone as something else", () => {
  draft.assess(`${DRAFT} Indeed`, { findings: FINDINGS, advice: [ADVICE], surface: "long-form" });
  becomeIdle();
  expect(draft.view.surface).toBe("long-form");
  draft.choose({ do: "turn-off", tip: idOf("leverage"), everywhere: false });
  expect(draft.effect("turn-rule")).toMatchObject({ off: { surface: "long-form" }, isOff: true });
  expect(draft.words).toEqual(["needle"]);
  draft.assess(DRAFT, { findings: FINDINGS, advice: [ADVICE], surface: "x-post" });
  becomeIdle();
  expect(draft.view.surface).toBe("x-post");
  expect(draft.words, "it is on for posts").toEqual(["needle", "leverage"]);
  draft.choose({ do: "turn-on", entry: "Repute.PlainWords@long-form" });
  expect(draft.effect("turn-rule")).toMatchObject({ off: { surface: "long-form" }, isOff: false });
});
