/** What follows from the rep's own writing. */
import { beforeEach, expect, it } from "vitest";
import { reduce } from "../../src/draft/reducer.js";
import { underlinesOf } from "../../src/draft/state.js";
import { IDLE_MS } from "../../src/draft/typing.js";
import { spanOf } from "../span-of.js";
import { Driver, findingOn } from "./driver.js";

const FIRST = "We moved the launch.";
const SECOND = "Buyers leverage demos";
const DRAFT = `${FIRST} ${SECOND}`;

let draft: Driver;
beforeEach(() => {
  draft = new Driver(reduce);
  draft.assess(DRAFT, {
    findings: [findingOn("launch", DRAFT, "Repute.Hype"), findingOn("leverage", DRAFT)],
    sentence_ranges: [spanOf(FIRST, DRAFT), spanOf(SECOND, DRAFT)],
    advice: [{ code: "fact", message: "", question: "", worth: 5, spans: [spanOf(FIRST, DRAFT)] }],
  });
});

/** No sentence is being typed any longer. */
const becomeIdle = () => draft.dispatch({ type: "timer-fired", timer: "idle" });
const underlined = (): string[] =>
  underlinesOf(draft.state).map(({ span, line }) => `${line}: ${draft.state.text.slice(span.start, span.end)}`);

it("the sentence being typed has neither underlines nor tips until the rep pauses", () => {
  expect(underlined()).toEqual(["tip: launch", `advice: ${FIRST}`]);
  expect(draft.view).toMatchObject({ tips: [{ words: "launch" }], typing: 1 });
  draft.dispatch({ type: "timer-fired", timer: "idle" });
  expect(draft.kinds).toEqual(["paint", "show"]);
  expect(draft.view.typing).toBe(0);
  expect(draft.words).toEqual(["launch", "leverage"]);
  expect(underlined()).toEqual(["tip: launch", "tip: leverage", `advice: ${FIRST}`]);
});

it("the rep is not idle while an input method is composing", () => {
  draft.dispatch({ type: "composition-started" });
  expect(draft.dispatch({ type: "timer-fired", timer: "idle" })).toEqual([{ do: "start-timer", timer: "idle", ms: IDLE_MS }]);
});

it("each change restarts both timers, paints and shows once", () => {
  expect(draft.read(`${DRAFT}!`).map((effect) => effect.do)).toEqual(["start-timer", "start-timer", "paint", "show"]);
});

it("a change of the tree alone paints again, because it may have replaced the nodes", () => {
  expect(draft.read(DRAFT).map((effect) => effect.do)).toEqual(["paint", "show"]);
});

it("a caret that stays in its sentence changes nothing, and one that leaves it paints", () => {
  const caretAt = (start: number): string[] =>
    draft.dispatch({ type: "caret-moved", caret: { start, end: start } }).map((effect) => effect.do);
  expect(caretAt(DRAFT.length - 1)).toEqual([]);
  expect(caretAt(3)).toEqual(["paint", "show"]);
  expect(draft.dispatch({ type: "caret-moved", caret: null }).map((effect) => effect.do)).toEqual(["paint", "show"]);
  expect(draft.dispatch({ type: "caret-moved", caret: null })).toEqual([]);
  expect(draft.state.typing.lastCaret).toEqual({ start: 3, end: 3 });
});

it("tips and advice follow their words, and disappear with them", () => {
  draft.read(`Oh! ${DRAFT}`);
  becomeIdle();
  expect(draft.words).toEqual(["launch", "leverage"]);
  expect(draft.view.advice.map(({ words }) => words)).toEqual([[FIRST]]);
  draft.read(`Oh! ${DRAFT.replace("launch", "lunch")}`);
  becomeIdle();
  expect(draft.words).toEqual(["leverage"]);
  expect(draft.view.advice.map(({ words }) => words)).toEqual([[]]);
});

it("a selected tip is deselected with its words", () => {
  draft.choose({ do: "select", tip: draft.view.tips[0]!.id });
  draft.read(DRAFT.replace("launch", "lunch"));
  expect(draft.view.selected).toBeNull();
});

it("a tip whose words were edited comes back with them", () => {
  draft.type(DRAFT.replace("launch", "lunch"));
  draft.type(DRAFT);
  becomeIdle();
  expect(draft.words).toEqual(["leverage"]);
  draft.pause();
  expect(draft.effect("assess").text).toBe(DRAFT);
});

it("an edit that leaves all words of tips and advice is not assessed again once it is undone", () => {
  draft.respondGrammar([]);
  draft.type(`${DRAFT} today`);
  draft.type(DRAFT);
  expect(draft.pause()).toEqual([]);
});
