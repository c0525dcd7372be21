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
  gone: [],
  isGone: false,
});
const LEAVE = item({ code: "leave", message: "Leave it as it is. It is warm.", question: "", worth: 0 });
const TIP = {
  id: "1",
  words: "synergy",
  gone: null,
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
    typing: 0,
    ignored: 0,
    turnedOff: [],
    surface: "linkedin-post",
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
    expect(texts("h2")).toEqual(["Do this first", "Line by line"]);
    expect(texts("ol > li")).toEqual(["Say how muchBy how much?About +12 points · whole draft", "Ask+1 About +1 point"]);
    const message = all(".advice-message")[0]!;
    expect(message.compareDocumentPosition(all(".tip-open")[0]!)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(all('[aria-expanded="true"]')).toEqual([]);
  });

  it("is in full for the largest change, and one line that opens for each other one", () => {
    const other = item({ code: "ask", message: "Ask", question: "What next?", worth: 4, spans: [SPAN] }, ["Some"]);
    show({ advice: [item(), other] });
    expect(box.textContent).not.toContain("What next?");
    const toggle = all(".advice-toggle")[0]!;
    act(() => toggle.click());
    expect(box.textContent).toContain("What next?");
    expect(actions).toEqual([{ do: "show-advice", advice: "ask" }]);
    act(() => toggle.click());
    expect(box.textContent).not.toContain("What next?");
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
    for (const [spans, whole] of [
      [[SPAN], ""],
      [[], " · whole draft"],
    ] as const) {
      show({ advice: [item({ spans: [...spans] })] });
      expect(all("button")).toEqual([]);
      expect(texts(".advice-details")).toEqual([`By how much?About +12 points${whole}`]);
    }
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
    expect(texts(".advice-leave")).toEqual(["Leave the rest as it is."]);
    expect(texts(".tip-message")).toEqual(["Say it plainly"]);
    expect(all('[aria-expanded="true"]')).toEqual([]);
  });

  it("claims to come first only where nothing holds the credit", () => {
    const gate = { state: "held", reasons: ["Ask for an answer, not a reaction."] };
    show({ advice: [item()], assessment: { gate } as unknown as DraftView["assessment"] });
    expect(texts("h2")).toEqual(["What would help most"]);
    expect(box.textContent).toContain("No credit until this is fixed: Ask for an answer");
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
    expect(says({ typing: 1 }), "there are tips on the sentence that the rep is writing").toBe("");
  });
});

describe("a list of tips", () => {
  const tip = (id: string, points: number, values: Partial<Tip> = {}): Tip =>
    ({ ...TIP, ...values, id, finding: { ...TIP.finding, message: `Say ${id}`, points } }) as Tip;

  it("shows what each is worth, rounded to whole points", () => {
    show({ tips: [tip("1", -2.6), tip("2", -0.4)] });
    expect(texts(".tip-worth")).toEqual(["+3 About +3 points"]);
  });

  it("folds those that cost the least, until the rep asks for them or opens one from its words", () => {
    const tips = ["1", "2", "3", "4", "5", "6"].map((id) => tip(id, -1));
    show({ tips: tips.slice(0, 5) });
    expect(all(".tip-open")).toHaveLength(5);
    show({ tips });
    expect(texts(".tip-unfold")).toEqual(["Show 2 more"]);
    expect(all(".tip-open")).toHaveLength(4);
    act(() => all(".tip-unfold")[0]!.click());
    expect(all(".tip-open")).toHaveLength(6);
    show({ tips, selected: "6" });
    expect(all(".tip-open")).toHaveLength(6);
  });

  it("keeps the rows that are gone in their place, to be read only", () => {
    for (const [gone, says] of [
      ["words", ""],
      ["ignored", "Ignored."],
      ["off-everywhere", "All “r” tips are off everywhere.Undo r"],
      ["off-here", "All “r” tips are off for LinkedIn posts.Undo r"],
    ] as const) {
      show({ tips: [tip("1", -1, { gone }), tip("2", -1)], selected: "1" });
      all('.tip-open[aria-disabled="true"]')[0]!.click();
      expect(actions, "it can only be read").toEqual([]);
      expect(all(".tip-about[inert]")).toHaveLength(1);
      expect(texts(".tip-actions")).toEqual([says]);
    }
    all(".tip-undo button")[0]!.click();
    expect(actions).toEqual([{ do: "turn-on", entry: "r@linkedin-post" }]);
  });
});

describe("turning a rule off", () => {
  const choices = (): HTMLElement[] => all(".tip-turn-off button");

  it("takes one control that asks where", () => {
    show({ tips: [TIP], surface: "linkedin-comment" });
    expect(choices()).toEqual([]);
    act(() =>
      all("button")
        .find(({ textContent }) => textContent === "Turn off…")
        ?.click(),
    );
    expect(choices().map(({ textContent }) => textContent)).toEqual(["For LinkedIn comments", "Everywhere"]);
    expect(texts(".tip-turn-off p"), "it turns off more than this tip").toEqual(["Turn off all “r” tips:"]);
    for (const choice of choices()) choice.click();
    expect(actions).toEqual([
      { do: "turn-off", tip: "1", everywhere: false },
      { do: "turn-off", tip: "1", everywhere: true },
    ]);
  });

  it("is not offered for what holds credit back", () => {
    show({ tips: [TIP] }, { gate: { state: "held", reasons: ["Say it plainly"] } });
    expect(box.textContent).toContain("Stays on: it holds credit back.");
    expect(box.textContent).not.toContain("Turn off…");
  });

  it("can be undone below the list", () => {
    show({ turnedOff: [{ rule: "Harper.SpellCheck", surface: null }] });
    expect(texts(".tip-below")).toEqual(["All “Spelling” tips are off everywhere.Undo Spelling"]);
    all(".tip-below button")[0]!.click();
    expect(actions).toEqual([{ do: "turn-on", entry: "Harper.SpellCheck" }]);
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
    all(".tip-seen-detail .ui-link")[0]!.click();
    expect(actions).toEqual([{ do: "restore-seen" }]);
  });

  it("do not make the draft one without tips", () => {
    show({ tips: [seen("2", "Say it once")] });
    expect(box.textContent).toBe("1 tip you have seen before");
  });
});
