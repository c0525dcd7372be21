import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkFacts } from "../../src/shared/added-facts.js";

const DRAFT =
  "We changed the label on every pallet in the Leeds depot last spring. Nine of 1,200 came back, which is 0.75%. " +
  "Ask Mira Lund on https://example.com/labels or @miralund. #logistics";

const checked = (text: string, draft = DRAFT) => {
  const result = checkFacts(text, draft);
  if ("invented" in result) throw new Error("refused");
  return result;
};

describe("figures and names that the draft has stay", () => {
  it.each([
    "In the Leeds depot, 9 of 1200 pallets came back.",
    "Only nine of 1,200 came back: 0.75 %.",
    "Mira Lund changed the labels at Leeds. I'd ask her. We did.",
    "Labelling every pallet in Leeds cut returns last spring!",
    "Every label in Leeds changed, and [your figure] came back. [your example], [name].",
    "What returns? Fewer than before, see https://example.com/labels and #logistics, says @miralund.",
  ])("%s", (text) => expect(checked(text)).toEqual({ text, blanks: 0, doubtful: [] }));
});

describe("what the draft does not have becomes a blank", () => {
  it.each([
    ["We saved 40% in Leeds.", "We saved [your figure] in Leeds."],
    ["We saved €12,000, in 3 months.", "We saved [your figure], in [your figure] months."],
    ["Returns fell from 12 to 4.", "Returns fell from [your figure] to [your figure]."],
    ["It took twenty-five days.", "It took [your figure] days."],
    ["Twice as many pallets arrived.", "[your figure] as many pallets arrived."],
    ["Since Q3 the depot is calm.", "Since [your figure] the depot is calm."],
    ["In Leeds, Siemens changed the label.", "In Leeds, [name] changed the label."],
    ["Last spring Anna Maria Berg asked why.", "Last spring [name] asked why."],
    ["Ask Mira Holm about it.", "Ask Mira [name] about it."],
    ["We told the Bank of England's team.", "We told the [name]'s team."],
    ["It is the best depot in the UK.", "It is the best depot in the [name]."],
    ["Acme Haulage saw it first.", "[name] saw it first."],
    ["We did [Siemens saved 40%] there.", "We did [[name] saved [your figure]] there."],
  ])("%s", (text, expected) => {
    const result = checked(text);
    expect(result.text).toBe(expected);
    expect(result.blanks).toBeGreaterThan(0);
  });
});

it("names a word at the start of a sentence that may be a name", () => {
  expect(checked("Siemens changed the label. Pallets stayed.").doubtful).toEqual(["Siemens"]);
  expect(checked("Labels changed in Leeds. Fewer came back. Knowing that helps.").doubtful).toEqual([]);
});

it.each([
  "See https://evil.example/x for more.",
  "See www.evil.example.",
  "More on evil.com/now today.",
  "Write to sales@evil.example.",
  "We did it. #growth",
  "Thanks @someone for this.",
])("drops a suggestion with a link or a tag that the draft does not have: %s", (text) => {
  expect(checkFacts(text, DRAFT)).toEqual({ invented: true });
});

it.each([
  ["Thanks @anna for this.", "Thanks @annabel for this."],
  ["We did it. #log", "We did it. #logistics"],
  ["Sign in at ample.com/login today.", "Sign in at https://example.com/login today."],
  ["See example.com for more.", "See example.com/labels for more."],
  ["Write to a@example.com.", "Write to anna@example.com."],
  ["See bit.ly/abc now.", "See bit.ly/aBc now."],
])("compares whole links and tags: %s", (text, draft) => {
  expect(checkFacts(text, draft)).toEqual({ invented: true });
  expect(checkFacts(draft, draft)).toEqual({ text: draft, blanks: 0, doubtful: [] });
});

describe("a figure is the same only with the same unit", () => {
  const CUSTOMERS = "We asked 30 customers, and twelve of them answered.";
  it.each([
    ["We lost 30% of them.", "We lost [your figure] of them."],
    ["We lost 30 percent of them.", "We lost [your figure] of them."],
    ["We lost thirty percent of them.", "We lost [your figure] of them."],
    ["We lost twelve per cent of them.", "We lost [your figure] of them."],
    ["We saved $30 on them.", "We saved [your figure] on them."],
    ["We saved 30 euros on them.", "We saved [your figure] on them."],
    ["We saved twelve dollars on them.", "We saved [your figure] on them."],
  ])("%s", (text, expected) => expect(checked(text, CUSTOMERS)).toMatchObject({ text: expected, blanks: 1 }));

  it.each([
    ["We lost 30 percent.", "We lost 30%."],
    ["We lost thirty per cent.", "We lost 30 %."],
    ["We lost 30%.", "We lost thirty percent."],
    ["We saved 1,200 dollars.", "We saved $1200."],
    ["We saved 40 €.", "We saved €40."],
    ["We saved £12.", "We saved twelve pounds."],
  ])("however it is written: %s", (text, draft) => expect(checked(text, draft)).toMatchObject({ text, blanks: 0 }));

  it("and 30% does not make 30 customers", () => {
    expect(checked("We asked 30 customers.", "We asked 30% of the customers.").text).toBe("We asked [your figure] customers.");
  });
});

it("adds no figure and no link to any draft, whatever a model answers", () => {
  const words = fc.constantFrom(
    "we",
    "saved",
    "40%",
    "12,000",
    "Siemens",
    "in",
    "the",
    "Ulm",
    "depot",
    ".",
    "Twelve",
    "[name]",
    "€9",
    "x.com",
    "#a",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (chosen) => {
      const draft = "We changed the label in the depot.";
      const result = checkFacts(chosen.join(" "), draft);
      if ("invented" in result) return;
      expect(result.text).not.toMatch(/\d|x\.com|#a|Twelve/u);
      // At the start of a sentence a name looks like any other word.
      for (const name of ["Ulm", "Siemens"]) if (result.text.includes(name)) expect(result.doubtful.join()).toContain(name);
    }),
  );
});

it("leaves every draft as it is: nothing of it is new", () => {
  const words = fc.constantFrom(
    "we",
    "Mira",
    "40%",
    "Lund's",
    "1,200.",
    "in",
    "IT",
    "ten",
    "x.com",
    "#a",
    "\u{1F600}",
    "\n",
    "[",
    "]",
    "O’Neill",
  );
  const texts = fc.array(words, { maxLength: 12 }).map((chosen) => chosen.join(" "));
  fc.assert(
    fc.property(texts, (draft) => void expect(checkFacts(draft, draft)).toEqual({ text: draft, blanks: 0, doubtful: [] })),
  );
});
