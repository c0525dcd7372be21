/** What follows from the rep's choices in the card or the panel. */
import { beforeEach, describe, expect, it } from "vitest";
import { reduce } from "../../src/draft/reducer.js";
import type { Result } from "../../src/shared/result.js";
import type { Comparison } from "../../src/shared/wire.js";
import { spanOf } from "../span-of.js";
import { Driver, findingOn, UNPAIRED } from "./driver.js";

const DRAFT = "We leverage forms for clinics.";
const BETTER = "We use forms for clinics.";
const KEY = { rule: "Repute.PlainWords", words: "leverage" };

let draft: Driver;
beforeEach(() => {
  draft = new Driver(reduce);
  draft.assess(DRAFT, { findings: [findingOn("leverage", DRAFT)] });
});

const tip = (): string => draft.view.tips[0]?.id ?? "";

describe("a replacement", () => {
  it("is applied to the words of the tip, wherever they are by now", () => {
    draft.read(`Today ${DRAFT}`);
    expect(draft.choose({ do: "apply", tip: tip(), replacement: "use" })).toEqual([
      {
        do: "replace",
        span: spanOf("leverage", `Today ${DRAFT}`),
        words: "leverage",
        replacement: "use",
        caret: draft.state.typing.caret,
      },
    ]);
  });

  it("of a tip that is gone does nothing", () => {
    const gone = tip();
    draft.read(BETTER);
    expect(draft.choose({ do: "apply", tip: gone, replacement: "use" })).toEqual([]);
  });

  it.each([
    ["applied", "applied", ["show"]],
    ["insert-failed", "not-applied", ["show", "copy"]],
    ["text-changed", "unchanged", ["show"]],
    ["composing", "unchanged", ["show"]],
    ["editor-unavailable", "unchanged", ["show"]],
  ] as const)("that ended with %s is reported as %s", (outcome, message, effects) => {
    draft.dispatch({ type: "replaced", outcome, replacement: "use", now: draft.now });
    expect(draft.view.message).toBe(message);
    expect(draft.kinds).toEqual(effects);
    draft.read(`${DRAFT}!`);
    expect(draft.view.message).toBe("");
  });

  it("makes the text the rep's own", () => {
    draft.now += 60_000;
    draft.read(BETTER);
    expect(draft.pause()).toEqual([]);
    draft.dispatch({ type: "replaced", outcome: "applied", replacement: "use", now: draft.now });
    expect(draft.kinds).toContain("start-timer");
    draft.pause();
    expect(draft.effect("assess").text).toBe(BETTER);
  });
});

it("an ignored tip is hidden until it is restored", () => {
  draft.choose({ do: "ignore", tip: tip() });
  expect(draft.effects).toContainEqual({ do: "ignore", tip: KEY });
  expect(draft.view).toMatchObject({ tips: [], ignored: 1 });
  draft.choose({ do: "restore-ignored" });
  expect(draft.effects).toContainEqual({ do: "restore-ignored", tips: [KEY] });
  expect(draft.words).toEqual(["leverage"]);
});

it("selecting a tip reveals its words, and unfolds it if the rep had seen it before", () => {
  draft.assess(`${DRAFT} `, { findings: [findingOn("leverage", DRAFT)], seen: [0] });
  expect(draft.view.isSeenOpen).toBe(false);
  draft.choose({ do: "select", tip: tip() });
  expect(draft.effects).toContainEqual({ do: "reveal", span: spanOf("leverage", DRAFT) });
  expect(draft.view).toMatchObject({ selected: tip(), isSeenOpen: true });
  draft.choose({ do: "restore-seen" });
  expect(draft.effects).toContainEqual({ do: "restore-seen", rules: [KEY.rule] });
  expect(draft.view).toMatchObject({ isSeenOpen: false, tips: [{ seen: false }] });
});

it("emphasis paints once, and showing advice reveals its first words", () => {
  const advice = [{ code: "fact", message: "", question: "", worth: 5, spans: [spanOf("forms", DRAFT)] }];
  draft.assess(DRAFT.replace(".", "!"), { advice });
  expect(draft.choose({ do: "emphasize", advice: "fact" })).toEqual([{ do: "paint" }]);
  expect(draft.choose({ do: "emphasize", advice: "fact" })).toEqual([]);
  expect(draft.choose({ do: "show-advice", advice: "fact" })).toEqual([{ do: "reveal", span: spanOf("forms", DRAFT) }]);
  expect(draft.choose({ do: "show-advice", advice: "other" })).toEqual([]);
});

it("the tips left in a post are remembered once, and only of the text that was assessed", () => {
  expect(draft.dispatch({ type: "posted", text: BETTER })).toEqual([]);
  const remembered = [{ do: "remember-post", rules: { left: [KEY.rule], fixed: [] } }];
  expect(draft.dispatch({ type: "posted", text: DRAFT })).toEqual(remembered);
  expect(draft.dispatch({ type: "posted", text: DRAFT })).toEqual([]);
});

describe("a comparison with a kept wording", () => {
  const COMPARISON: Comparison = { preferred: "b", probability_a: 0.4, basis: "", reasons: [] };
  const answer = (request: number, result: Result<Comparison> = { ok: COMPARISON }): void => {
    draft.dispatch({ type: "compared", request, result });
  };
  const ask = (): number => {
    draft.choose({ do: "compare" });
    return draft.effect("compare").request;
  };
  const state = () => draft.view.keptWording?.comparison ?? null;

  beforeEach(() => {
    draft.choose({ do: "keep-wording" });
    draft.assess(BETTER);
  });

  it("is requested once, however often it is clicked", () => {
    const request = ask();
    expect(draft.effect("compare")).toMatchObject({ earlier: DRAFT, current: BETTER });
    expect(draft.choose({ do: "compare" })).toEqual([]);
    expect(state()).toEqual({ state: "asking" });
    answer(request);
    expect(state()).toEqual({ state: "answered", comparison: COMPARISON });
  });

  it("is not requested without a kept wording, of equal wordings, or before the current one is assessed", () => {
    draft.assess(DRAFT);
    expect(draft.choose({ do: "compare" })).toEqual([]);
    draft.type(`${BETTER} Call me.`);
    expect(draft.choose({ do: "compare" })).toEqual([]);
    expect(draft.choose({ do: "keep-wording" })).toEqual([]);
    draft.choose({ do: "discard-wording" });
    draft.assess(BETTER);
    expect(draft.choose({ do: "compare" })).toEqual([]);
    expect(draft.view.keptWording).toBeNull();
  });

  it("of another wording is outdated, and its late response is dropped", () => {
    const request = ask();
    draft.assess(`${BETTER} And more.`);
    answer(request);
    expect(state()).toEqual({ state: "outdated" });
    answer(ask());
    expect(state()?.state).toBe("answered");
    draft.type(`${BETTER} And more, today.`);
    expect(state()).toEqual({ state: "outdated" });
  });

  it("that failed says so until the draft changes", () => {
    answer(ask(), { error: "unreachable" });
    expect(state()).toEqual({ state: "failed", error: "unreachable", detail: "" });
    draft.type(`${BETTER} More.`);
    expect(state()).toBeNull();
  });

  it("is dropped when another wording is kept or discarded", () => {
    let request = ask();
    draft.choose({ do: "keep-wording" });
    answer(request);
    expect(draft.view.keptWording).toMatchObject({ text: BETTER, comparison: null });
    draft.assess(DRAFT);
    request = ask();
    draft.choose({ do: "discard-wording" });
    answer(request);
    expect(draft.view.keptWording).toBeNull();
  });

  it("is not requested from an unpaired browser", () => {
    draft.state = { ...draft.state, access: UNPAIRED };
    expect(draft.choose({ do: "compare" })).toEqual([{ do: "show" }]);
    expect(state()).toEqual({ state: "failed", error: "unpaired", detail: "" });
  });

  it("starts with the wording that was kept for another surface, without its score", () => {
    draft = new Driver(reduce, { text: BETTER, keptWording: DRAFT });
    expect(draft.view.keptWording).toEqual({ text: DRAFT, assessment: null, comparison: null });
  });
});
