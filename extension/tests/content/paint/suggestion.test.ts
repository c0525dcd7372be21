import { h, render } from "preact";
import { beforeEach, describe, expect, it } from "vitest";
import { WordingHelp } from "../../../src/content/paint/suggestion.js";
import { getMessage } from "../../../src/shared/messages.js";
import type { Action, DraftView, Suggestion, SuggestionView } from "../../../src/shared/view.js";
import type { Suggested } from "../../../src/shared/wording-help.js";
import { assessmentOf } from "../../draft/driver.js";

const ADVICE = { code: "fact", message: "Add a figure", question: "How many?", worth: 9, spans: [] };
const SUGGESTED: Suggested = {
  span: { start: 0, end: 18 },
  before: "We leverage forms.",
  after: "We use [your figure] forms.",
  blanks: 1,
  doubtful: ["Siemens"],
  assessment: { score: 61, band: "good" },
  comparison: null,
  isTooLong: false,
};

let box: HTMLElement;
let actions: Action[];
beforeEach(() => {
  box = document.createElement("div");
  actions = [];
});

const show = (suggestion: Suggestion, help: Partial<SuggestionView> | null = {}, canApply = true) => {
  const view: Pick<DraftView, "suggestion" | "canApply" | "assessment"> = {
    suggestion: help && { mode: "endpoint", company: "Quill Models", canAsk: true, suggestion, ...help },
    canApply,
    assessment: assessmentOf({ score: 50 }),
  };
  render(h(WordingHelp, { view, advice: ADVICE, act: (action) => actions.push(action) }), box);
};
const shown = (change: Partial<Suggested> = {}, canApply = true) =>
  show({ state: "shown", advice: "fact", text: "", suggested: { ...SUGGESTED, ...change } }, {}, canApply);
const button = (label: string) => [...box.querySelectorAll("button")].find(({ textContent }) => textContent?.startsWith(label));
const press = (label: string): void => button(label)!.click();

describe("below a piece of advice", () => {
  it("there is nothing where wordings are not suggested", () => {
    show({ state: "idle" }, null);
    expect(box.innerHTML).toBe("");
    show({ state: "idle" }, { canAsk: false });
    expect(box.innerHTML).toBe("");
    show({ state: "shown", advice: "another", text: "", suggested: SUGGESTED }, { canAsk: false });
    expect(box.innerHTML).toBe("");
  });

  it("says where the draft goes before the click", () => {
    show({ state: "idle" });
    expect(box.textContent).toContain("Sends your draft to Quill Models");
    press("Suggest a wording");
    expect(actions).toEqual([{ do: "suggest-wording", advice: "fact" }]);
    show({ state: "idle" }, { mode: "device", company: "" });
    expect(box.textContent).toContain("on this device");
  });

  it("shows progress, which can be cancelled", () => {
    const asking = (step: Extract<Suggestion, { state: "asking" }>["step"]) =>
      show({ state: "asking", request: 1, advice: "fact", text: "", step });
    asking({ step: "downloading", loaded: 0.42 });
    expect(box.querySelector("[role=status]")?.textContent).toContain("42%");
    expect(box.querySelector("progress")?.value).toBeCloseTo(0.42);
    asking({ step: "writing" });
    expect(box.querySelector("progress")).toBeNull();
    press("Cancel");
    expect(actions).toEqual([{ do: "drop-suggestion" }]);
  });

  it("shows the difference also to those who hear it, and both scores", () => {
    shown();
    const spoken = box.querySelector(".wording-diff")!.textContent!.replaceAll(/\s+/g, " ");
    expect(spoken).toBe("We Removed: leverage End. Added: use [your figure] End. forms.");
    expect([...box.querySelectorAll("del, ins")].map(({ localName }) => localName)).toEqual(["del", "ins"]);
    expect(box.querySelector("mark")?.textContent).toBe("[your figure]");
    expect(box.textContent).toContain("scores your draft 50, and 61 with this wording");
    expect(box.textContent).toContain("A figure or name that your draft does not have was left blank");
    expect(box.textContent).toContain("Not in your draft: Siemens.");
  });

  it("says so if the coach scores it no higher", () => {
    shown({ assessment: { score: 50, band: "fair" } });
    expect(box.textContent).toContain("it does not help here");
  });

  it("is used or copied only on a click", () => {
    shown();
    expect(actions).toEqual([]);
    press("Use this wording");
    press("Copy");
    expect(actions).toEqual([{ do: "use-suggestion" }, { do: "copy", text: SUGGESTED.after }]);
  });

  it.each([
    ["the editor takes nothing", {}, false],
    ["it has several lines", { before: "One.\nTwo.", after: "Two.\nOne." }, true],
    ["it is too long", { isTooLong: true }, true],
  ] as const)("is only copied where %s", (_, change, canApply) => {
    shown(change, canApply);
    expect(button("Use this wording")).toBeUndefined();
    expect(button("Copy")).toBeDefined();
  });

  it("says what went wrong, and asks again on a click", () => {
    show({ state: "failed", advice: "fact", text: "", error: "unreachable", detail: "It took too long.", code: "" });
    expect(box.querySelector("[role=alert]")?.textContent).toBe("It took too long.");
    press(getMessage("retry"));
    expect(actions).toEqual([{ do: "suggest-wording", advice: "fact" }]);
    expect(button("Open notice")).toBeUndefined();
  });

  it("opens the privacy notice if that has to be read first", () => {
    const detail = "Read the privacy notice before you ask for a wording.";
    show({ state: "failed", advice: "fact", text: "", error: "refused", detail, code: "notice-not-acknowledged" });
    press("Open notice");
    expect(actions).toEqual([{ do: "read-notice" }]);
  });
});
