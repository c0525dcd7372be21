import { beforeEach, describe, expect, it } from "vitest";
import { reduce } from "../../src/draft/reducer.js";
import { textAt } from "../../src/shared/span.js";
import { MAX_WORDED_DRAFT } from "../../src/shared/wording-help.js";
import { spanOf } from "../span-of.js";
import { assessmentOf, Driver, PAIRED, UNPAIRED } from "./driver.js";
import { PRIVATE, SECRET, suggestionFor } from "./fake-server.js";

const SENTENCE = "We leverage forms.";
const DRAFT = `They asked twice. ${SENTENCE}`;
const lever = (text = DRAFT) => ({
  advice: [
    { code: "fact", message: "Add a figure", question: "How many?", worth: 9, spans: [spanOf(SENTENCE, text)] },
    { code: "ask", message: "End with a question", question: "", worth: 2, spans: [] },
  ],
});

let draft: Driver;
beforeEach(() => {
  draft = new Driver(reduce);
  draft.assess(DRAFT, lever());
});

const ask = (advice = "fact") => draft.choose({ do: "suggest-wording", advice });
const answer = (request = draft.effect("suggest").request) =>
  draft.dispatch({
    type: "suggested",
    request,
    result: { ok: suggestionFor({ span: spanOf(SENTENCE, DRAFT), passage: SENTENCE }) },
  });
const shown = () => draft.view.suggestion?.suggestion;

describe("asking", () => {
  it("names the advice's question, and gives its words as the passage", () => {
    ask();
    expect(draft.effect("suggest")).toMatchObject({
      text: DRAFT,
      passage: SENTENCE,
      advice: { code: "fact", message: "Add a figure", question: "How many?" },
      company: "Quill Models",
    });
    expect(shown()).toMatchObject({ state: "asking", advice: "fact", step: { step: "writing" } });
    expect(draft.view.suggestion?.canAsk).toBe(false);
    expect(ask("ask"), "one at a time").toEqual([]);
  });

  it("is about the whole draft where the advice is", () => {
    ask("ask");
    expect(draft.effect("suggest").passage).toBe(DRAFT);
  });

  it.each(["long-form", "other-post", "other-comment"] as const)("is not offered for %s", (surface) => {
    draft = new Driver(reduce);
    draft.assess(DRAFT, { ...lever(), surface });
    expect(draft.view.suggestion?.canAsk).toBe(false);
    expect(ask()).toEqual([]);
  });

  it("shows how far the browser's model is", () => {
    ask();
    const { request } = draft.effect("suggest");
    draft.dispatch({ type: "suggestion-step", request, step: { step: "downloading", loaded: 0.4 } });
    expect(shown()).toMatchObject({ step: { step: "downloading", loaded: 0.4 } });
    draft.dispatch({ type: "suggestion-step", request: request + 1, step: { step: "scoring" } });
    expect(shown(), "a step of another request").toMatchObject({ step: { step: "downloading" } });
  });

  it("is cancelled by the rep", () => {
    ask();
    const { request } = draft.effect("suggest");
    expect(draft.choose({ do: "drop-suggestion" })).toContainEqual({ do: "cancel-suggestion" });
    expect(shown()).toEqual({ state: "idle" });
    expect(answer(request)).toEqual([]);
    expect(shown()).toEqual({ state: "idle" });
  });

  it.each([
    ["an unpaired browser", () => draft.dispatch({ type: "access-changed", access: UNPAIRED })],
    [
      "help that is off",
      () => draft.dispatch({ type: "access-changed", access: { ...PAIRED, wordingHelp: { mode: "off", company: "" } } }),
    ],
    ["a text that is not assessed", () => draft.type(`${DRAFT} More`)],
    [
      "text of the page's own",
      () => {
        draft.now += 60_000;
        draft.read(`${DRAFT} Buy now.`);
      },
    ],
    ["composition", () => draft.dispatch({ type: "composition-started" })],
    ["a protected sentence", () => draft.assess(`${DRAFT} ${PRIVATE}`, lever())],
    [
      "a draft that the server protects",
      () => draft.assess(`${DRAFT} ${SECRET}`, { gate: { state: "protected", reasons: [] } }),
    ],
    ["a very long draft", () => draft.assess(DRAFT.padEnd(MAX_WORDED_DRAFT + 1, " and"), lever())],
    ["advice that is gone", () => draft.assess(`${DRAFT} Yes.`, { advice: [] })],
  ])("does not happen with %s", (_, make) => {
    make();
    expect(ask().filter((effect) => effect.do === "suggest")).toEqual([]);
    expect(draft.view.suggestion?.canAsk ?? false, "nor is it offered").toBe(_ === "advice that is gone");
  });

  it("does not happen for a protected sentence that the rep calls business", () => {
    const text = `${DRAFT} ${PRIVATE}`;
    draft.assess(text, lever(text));
    draft.choose({ do: "read-anyway" });
    draft.pause();
    draft.respond({ ok: assessmentOf(lever(text)) });
    expect(draft.view.isCurrent).toBe(true);
    expect(ask()).toEqual([]);
  });
});

describe("the suggestion", () => {
  it("is shown, and put into the editor only when the rep says so", () => {
    ask();
    expect(answer()).toEqual([{ do: "show" }]);
    expect(shown()).toMatchObject({ state: "shown", advice: "fact", suggested: { before: SENTENCE, after: "We use forms." } });
    draft.choose({ do: "use-suggestion" });
    const { span, words, replacement } = draft.effect("replace");
    expect([textAt(DRAFT, span), words, replacement]).toEqual([SENTENCE, SENTENCE, "We use forms."]);
    draft.read(DRAFT.replace(SENTENCE, replacement));
    draft.dispatch({ type: "replaced", outcome: "applied", replacement, now: draft.now });
    expect(shown()).toEqual({ state: "idle" });
    expect(draft.view.message).toBe("applied");
  });

  it("is copied where the editor does not take it", () => {
    ask();
    answer();
    draft.choose({ do: "use-suggestion" });
    const { replacement } = draft.effect("replace");
    draft.dispatch({ type: "replaced", outcome: "insert-failed", replacement, now: draft.now });
    expect(draft.effect("copy").text).toBe("We use forms.");
  });

  it("is dropped with the next change of the text, and so is a response to the text before", () => {
    ask();
    const { request } = draft.effect("suggest");
    expect(draft.type(`${DRAFT} `)).toContainEqual({ do: "cancel-suggestion" });
    expect(shown()).toEqual({ state: "idle" });
    draft.type(DRAFT);
    expect(answer(request)).toEqual([]);
    expect(shown(), "even if the text is the same again").toEqual({ state: "idle" });
    ask();
    answer();
    draft.type(`${DRAFT}!`);
    expect(shown()).toEqual({ state: "idle" });
  });

  it("that is about other words than are there is not shown", () => {
    ask();
    const { request } = draft.effect("suggest");
    const other = suggestionFor({ span: { start: 0, end: 4 }, passage: SENTENCE });
    draft.dispatch({ type: "suggested", request, result: { ok: other } });
    expect(shown()).toEqual({ state: "idle" });
  });

  it("that is too long for the site is not put into the editor", () => {
    ask();
    const { request } = draft.effect("suggest");
    const long = { ...suggestionFor({ span: spanOf(SENTENCE, DRAFT), passage: SENTENCE }), isTooLong: true };
    draft.dispatch({ type: "suggested", request, result: { ok: long } });
    expect(draft.choose({ do: "use-suggestion" })).toEqual([]);
  });

  it("says why there is none, and can be asked for again", () => {
    ask();
    const { request } = draft.effect("suggest");
    draft.dispatch({ type: "suggested", request, result: { error: "refused", detail: "Read it first.", code: "unread" } });
    expect(shown()).toMatchObject({ state: "failed", error: "refused", detail: "Read it first.", code: "unread" });
    expect(draft.view.suggestion?.canAsk).toBe(true);
    ask();
    expect(draft.effect("suggest").request).toBeGreaterThan(request);
  });

  it("ends with the draft, and when help is switched off", () => {
    ask();
    draft.dispatch({ type: "access-changed", access: { ...PAIRED, wordingHelp: { mode: "off", company: "" } } });
    expect(draft.effects).toContainEqual({ do: "cancel-suggestion" });
    expect(draft.view.suggestion).toBeNull();
    draft.dispatch({ type: "access-changed", access: PAIRED });
    draft.assess(DRAFT, lever());
    ask();
    draft.dispatch({ type: "ended" });
    expect(draft.effects).toContainEqual({ do: "cancel-suggestion" });
    expect(draft.state.suggestion).toEqual({ state: "idle" });
  });
});
