import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { Tips } from "../../../src/content/paint/tips.js";
import { countRemarks } from "../../../src/shared/advice.js";
import type { Action, AdviceView, DraftView, Tip } from "../../../src/shared/view.js";
import type { Advice, Assessment } from "../../../src/shared/wire.js";

const SPAN = { start: 0, end: 4 };
const item = (values: Partial<Advice> = {}, words: string[] = []): AdviceView => ({
  advice: { code: "fact", message: "Say how much", question: "By how much?", worth: 12, spans: [], ...values },
  words,
});
const LEAVE = item({ code: "leave", message: "Leave it as it is. It is warm.", question: "", worth: 0 });
const TIP = {
  id: "1",
  words: "synergy",
  finding: {
    rule: "r",
    message: "Say it plainly",
    severity: "tip",
    replacements: [],
    why: "",
    evidence: { grade: "C", source: "" },
  },
} as unknown as Tip;
const GRAMMAR = { ...TIP, id: "2", finding: { ...TIP.finding, message: "Check the spelling", severity: "grammar" } } as Tip;

let actions: Action[] = [];
let box: HTMLElement;

function show(values: Partial<DraftView>, assessment: Partial<Assessment> = {}): void {
  box = document.createElement("div");
  actions = [];
  const assessed = {
    band: "good",
    score: 70,
    dimensions: {},
    gate: { state: "open", reasons: [] },
    length: null,
    ...assessment,
  };
  const view = {
    draft: "d",
    assessment: assessed,
    advice: [],
    tips: [],
    ignored: 0,
    isUnderlined: true,
    selected: null,
    ...values,
  };
  act(() => render(h(Tips, { view: view as unknown as DraftView, act: (action) => actions.push(action) }), box));
}

const all = (selector: string): HTMLElement[] => [...box.querySelectorAll<HTMLElement>(selector)];
const texts = (selector: string): string[] => all(selector).map(({ textContent }) => textContent ?? "");

afterEach(() => render(null, box));

describe("advice on a draft", () => {
  it("comes before the tips, with its question and its worth", () => {
    show({
      advice: [item(), item({ code: "ask", message: "Ask", question: "", worth: 1, spans: [SPAN] }, ["Some"])],
      tips: [TIP],
    });
    expect(texts("h2")).toEqual(["What would help most", "Line by line"]);
    expect(texts("ol > li")).toEqual(["Say how muchBy how much?About +12 points · whole draft", "AskAbout +1 pointSome"]);
    const message = all(".advice-message")[0]!;
    expect(message.compareDocumentPosition(all(".tip-open")[0]!)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(all('[aria-expanded="true"]')).toEqual([]);
  });

  it("emphasizes its words under the pointer or the focus, and shows them on a click", () => {
    show({ advice: [item({ spans: [SPAN] }, ["Some"])] });
    const [button, row] = [all(".advice-show")[0]!, all(".advice")[0]!];
    row.dispatchEvent(new MouseEvent("mouseenter"));
    row.dispatchEvent(new MouseEvent("mouseleave"));
    button.dispatchEvent(new FocusEvent("focus"));
    button.click();
    expect(actions).toEqual([
      { do: "emphasize", advice: "fact" },
      { do: "emphasize", advice: null },
      { do: "emphasize", advice: "fact" },
      { do: "show-advice", advice: "fact" },
    ]);
    expect(box.querySelector(`#${button.getAttribute("aria-describedby")}`)?.textContent).toContain("By how much?");
    render(null, box);
    expect(actions.at(-1)).toEqual({ do: "emphasize", advice: null });
  });

  it("offers nothing to click where its words are no longer in the draft or where it is about the whole of it", () => {
    show({ advice: [item({ spans: [SPAN] }), item({ code: "ask" })] });
    expect(all("button")).toEqual([]);
    expect(texts(".advice > div")).toEqual(["By how much?About +12 points", "By how much?About +12 points · whole draft"]);
  });

  it("quotes its words visibly where they are not underlined", () => {
    for (const isUnderlined of [true, false]) {
      show({ advice: [item({ spans: [SPAN] }, ["Some"])], isUnderlined });
      expect(texts("blockquote")).toEqual(["Some"]);
      expect(all(".ui-visually-hidden")).toHaveLength(isUnderlined ? 1 : 0);
    }
  });

  it("to leave it is one line without points", () => {
    show({ advice: [LEAVE] });
    expect(box.textContent).toBe("Leave it as it is. It is warm.");
    show({ advice: [LEAVE], tips: [TIP] });
    expect(texts(".tip-message")).toEqual(["Say it plainly"]);
    expect(all('[aria-expanded="true"]')).toEqual([]);
  });
});

describe("a draft of an older server, without advice", () => {
  it("shows its tips as before, the first one open", () => {
    show({ tips: [TIP] });
    expect(all("h2")).toEqual([]);
    expect(all('.tip-open[aria-expanded="true"]')).toHaveLength(1);
  });

  it("has no tips only when nothing is wrong", () => {
    const over = { length: { used: 3_001, limit: 3_000, unit: "characters", folds: [] } };
    const says = (values: Partial<DraftView>, assessment: Partial<Assessment> = {}): string => {
      show(values, assessment);
      return /No (other )?tips this time/.exec(box.textContent ?? "")?.[0] ?? "";
    };
    expect(says({})).toBe("No tips this time");
    expect(says({ ignored: 1 })).toBe("No other tips this time");
    expect(says({ tips: [GRAMMAR] })).toBe("");
    expect(says({}, over)).toBe("");
    expect(says({}, { gate: { state: "held", reasons: ["A claim"] } })).toBe("");
    expect(says({ advice: [item()] })).toBe("");
  });
});

describe("tips that the rep has seen before", () => {
  const seen = (id: string, message: string): Tip => ({ ...TIP, id, seen: true, finding: { ...TIP.finding, message } }) as Tip;

  it("take one line below the others, which opens and is not counted", () => {
    const tips = [TIP, seen("2", "Say it once"), seen("3", "Say who")];
    show({ tips });
    expect(texts(".tip-message")).toEqual(["Say it plainly"]);
    expect(texts(".tip-seen")).toEqual(["2 tips you have seen before"]);
    expect(countRemarks({ advice: [], tips })).toBe(1);
    all(".tip-seen-toggle")[0]!.click();
    expect(actions).toEqual([{ do: "toggle-seen" }]);
  });

  it("can be turned on again once they are unfolded", () => {
    show({ tips: [TIP, seen("2", "Say it once")], isSeenOpen: true });
    expect(texts(".tip-message")).toEqual(["Say it plainly", "Say it once"]);
    expect(all('.tip-open[aria-expanded="true"]')).toHaveLength(1);
    all(".ui-link")[0]!.click();
    expect(actions).toEqual([{ do: "restore-seen" }]);
  });

  it("do not make the draft one without tips", () => {
    show({ tips: [seen("2", "Say it once")] });
    expect(box.textContent).toBe("1 tip you have seen before");
  });
});
