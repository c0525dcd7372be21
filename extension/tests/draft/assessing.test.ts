/** When a draft is assessed, and what is shown of the response. */
import { beforeEach, describe, expect, it } from "vitest";
import { TYPING_PAUSE_MS } from "../../src/draft/assessing.js";
import { reduce } from "../../src/draft/reducer.js";
import { assessmentOf, Driver, findingOn, misspelling, PAIRED, UNPAIRED } from "./driver.js";

const DRAFT = "We leverage forms for clinics. Nobody reads them twice.";
const LONGER = `Today ${DRAFT}`;
const PRIVATE = "My salary is too low.";
const FOUND = { findings: [findingOn("leverage", DRAFT)] };

let draft: Driver;
beforeEach(() => {
  draft = new Driver(reduce);
  draft.dispatch({ type: "started", caret: null });
});

describe("the next assessment", () => {
  it("is scheduled at the start and after each change", () => {
    expect(draft.effects).toEqual([{ do: "start-timer", timer: "assess", ms: TYPING_PAUSE_MS }]);
    draft.type("We");
    expect(draft.effects).toContainEqual({ do: "start-timer", timer: "assess", ms: TYPING_PAUSE_MS });
  });

  it("sends the text after a pause, once", () => {
    draft.type(DRAFT);
    expect(draft.pause()).toEqual([{ do: "show" }, { do: "assess", request: 1, text: DRAFT, readAnyway: false }]);
    expect(draft.view.status).toBe("checking");
    draft.respond({ ok: assessmentOf() });
    draft.respondGrammar([]);
    expect(draft.pause()).toEqual([]);
  });

  it("waits while an input method is composing", () => {
    draft.type(DRAFT);
    draft.dispatch({ type: "composition-started" });
    draft.read(LONGER);
    expect(draft.kinds).not.toContain("assess");
    expect(draft.pause()).toEqual([]);
    draft.dispatch({ type: "composition-ended" });
    expect(draft.effect("start-timer").ms).toBe(TYPING_PAUSE_MS);
    draft.pause();
    expect(draft.effect("assess").text).toBe(LONGER);
  });

  it("sends no text that the page wrote until the rep uses it", () => {
    draft.now += 60_000;
    draft.read(DRAFT);
    expect(draft.pause()).toEqual([]);
    draft.dispatch({ type: "user-input", durationMs: 0, now: draft.now });
    expect(draft.kinds).toEqual(["start-timer"]);
    expect(draft.pause().map((effect) => effect.do)).toContain("assess");
  });

  it.each([
    ["empty", "  \n"],
    ["too-long", "word ".repeat(6_001)],
    ["protected", PRIVATE],
  ])("sends nothing of a draft that is %s, and cancels what is in flight", (status, text) => {
    draft.assess(DRAFT, FOUND);
    draft.type(text);
    expect(draft.pause().map((effect) => effect.do)).toEqual(["cancel", "paint", "show"]);
    expect(draft.view).toMatchObject({ status, tips: [], advice: [], assessment: null });
    expect(draft.pause()).not.toContainEqual(expect.objectContaining({ do: "assess" }));
  });

  it("sends blanks in place of a protected sentence, and the sentence only if the rep says so", () => {
    draft.type(`${DRAFT} ${PRIVATE}`);
    draft.pause();
    expect(draft.effect("assess").text).toBe(`${DRAFT} ${" ".repeat(PRIVATE.length)}`);
    draft.choose({ do: "read-anyway" });
    draft.pause();
    expect(draft.effect("assess")).toMatchObject({ text: `${DRAFT} ${PRIVATE}`, readAnyway: true });
    draft.type("");
    draft.type(`${DRAFT} ${PRIVATE}`);
    draft.pause();
    expect(draft.effect("assess").readAnyway).toBe(false);
  });

  it("sends nothing from an unpaired browser, and all again once it is paired", () => {
    draft.assess(DRAFT, FOUND);
    draft.dispatch({ type: "access-changed", access: UNPAIRED });
    expect(draft.effects).toEqual([{ do: "start-timer", timer: "assess", ms: 0 }]);
    draft.pause();
    expect(draft.kinds).toEqual(["paint", "show"]);
    expect(draft.view).toMatchObject({ status: "unpaired", tips: [] });
    draft.dispatch({ type: "access-changed", access: PAIRED });
    draft.pause();
    expect(draft.effect("assess").text).toBe(DRAFT);
  });

  it("is scheduled at once if the rep has gone back to the text before the one that was sent", () => {
    draft.assess(DRAFT);
    draft.respondGrammar([]);
    draft.type(LONGER);
    draft.pause();
    const { request } = draft.effect("assess");
    draft.type(DRAFT);
    expect(draft.pause()).toEqual([]);
    draft.dispatch({ type: "assessed", request, result: { ok: assessmentOf() }, hasFocus: true });
    expect(draft.effects.at(-1)).toEqual({ do: "start-timer", timer: "assess", ms: 0 });
  });
});

describe("a response", () => {
  it("is shown with the tips whose words are still there", () => {
    draft.type(DRAFT);
    draft.pause();
    const { request } = draft.effect("assess");
    draft.type(DRAFT.replace("them twice", "these twice"));
    const findings = [findingOn("leverage", DRAFT), findingOn("them", DRAFT)];
    draft.dispatch({ type: "assessed", request, result: { ok: assessmentOf({ findings }) }, hasFocus: true });
    expect(draft.words).toEqual(["leverage"]);
    expect(draft.view).toMatchObject({ status: "fresh", isCurrent: false, assessedText: DRAFT });
  });

  it("to an earlier request is dropped", () => {
    draft.type(DRAFT);
    draft.pause();
    const { request } = draft.effect("assess");
    draft.type(LONGER);
    draft.pause();
    expect(draft.dispatch({ type: "assessed", request, result: { ok: assessmentOf(FOUND) }, hasFocus: true })).toEqual([]);
    expect(draft.view.assessment).toBeNull();
  });

  it("that the text is protected hides everything, and checks no grammar", () => {
    draft.assess(DRAFT, FOUND);
    draft.assess(LONGER, { gate: { state: "protected", reasons: [] } });
    expect(draft.kinds).toEqual(["paint", "show"]);
    expect(draft.view).toMatchObject({ status: "protected", detail: "server", tips: [], assessment: null });
    expect(draft.pause()).toEqual([]);
  });

  it("after the draft has ended changes nothing", () => {
    draft.type(DRAFT);
    draft.pause();
    const { request } = draft.effect("assess");
    expect(draft.dispatch({ type: "ended" })).toEqual([{ do: "stop" }]);
    const { state } = draft;
    expect(draft.dispatch({ type: "assessed", request, result: { ok: assessmentOf(FOUND) }, hasFocus: true })).toEqual([]);
    expect(draft.type(LONGER)).toEqual([]);
    expect(draft.state).toBe(state);
  });
});

describe("an error", () => {
  it.each(["unreachable", "busy", "invalid-answer"] as const)("%s keeps the tips and is retried, each time later", (error) => {
    draft.assess(DRAFT, FOUND);
    draft.type(LONGER);
    const waits = [];
    for (let tries = 0; tries < 6; tries += 1) {
      draft.pause();
      draft.respond({ error });
      waits.push(draft.effects.find((effect) => effect.do === "start-timer")?.ms);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 80_000]);
    expect(draft.words).toEqual(["leverage"]);
    expect(draft.view.status).toBe(error === "invalid-answer" ? "unreachable" : error);
    draft.type(`${LONGER} Call me.`);
    draft.pause();
    draft.respond({ error });
    expect(draft.effects).toContainEqual({ do: "start-timer", timer: "assess", ms: 5_000 });
  });

  it("is not retried while the rep is elsewhere", () => {
    draft.type(DRAFT);
    draft.pause();
    expect(draft.respond({ error: "unreachable" }, false)).not.toContainEqual(expect.objectContaining({ timer: "assess" }));
  });

  it.each(["no-consent", "refused", "unpaired", "reloaded"] as const)("%s hides the tips", (error) => {
    draft.assess(DRAFT, FOUND);
    draft.type(LONGER);
    draft.pause();
    draft.respond({ error, detail: "why" });
    expect(draft.view).toMatchObject({ status: error, detail: "why", tips: [] });
    expect(draft.kinds).not.toContain("start-timer");
  });

  it("does not outlast the text that it was about", () => {
    draft.assess(DRAFT, FOUND);
    draft.type(LONGER);
    draft.pause();
    draft.respond({ error: "refused" });
    draft.type(DRAFT);
    draft.pause();
    draft.respond({ ok: assessmentOf(FOUND) });
    expect(draft.view).toMatchObject({ status: "fresh", detail: "" });
    expect(draft.words).toEqual(["leverage"]);
  });

  it("of a request that a newer one replaced is not shown", () => {
    draft.type(DRAFT);
    draft.pause();
    draft.respond({ error: "stale" });
    expect(draft.view.status).toBe("checking");
  });
});

describe("grammar", () => {
  it("is checked after the response, and its tips follow the coach's", () => {
    const text = "We leverage formz for clinics.";
    draft.assess(text, { findings: [findingOn("leverage", text)] });
    expect(draft.effects.at(-1)).toEqual({ do: "check-grammar", request: 2, text });
    draft.respondGrammar([misspelling("formz", text)]);
    expect(draft.words).toEqual(["leverage", "formz"]);
  });

  it("is checked again after an error, with the next change", () => {
    draft.assess(DRAFT);
    const { request } = draft.effect("check-grammar");
    draft.dispatch({ type: "grammar-checked", request, result: { error: "unreachable" } });
    expect(draft.view.status).toBe("fresh");
    expect(draft.pause()).toEqual([{ do: "check-grammar", request: request + 1, text: DRAFT }]);
  });

  it("is not checked where it is off, and its tips disappear", () => {
    draft.assess(DRAFT);
    draft.respondGrammar([misspelling("Nobody", DRAFT)]);
    draft.dispatch({ type: "access-changed", access: { ...PAIRED, checksGrammar: false } });
    draft.pause();
    draft.respond({ ok: assessmentOf() });
    expect(draft.find("check-grammar")).toBeUndefined();
    expect(draft.words).toEqual([]);
  });

  it("is not checked in a text with a protected sentence", () => {
    draft.assess(`${DRAFT} ${PRIVATE}`);
    expect(draft.find("check-grammar")).toBeUndefined();
  });
});
