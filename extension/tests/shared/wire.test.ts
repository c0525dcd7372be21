import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFixedIn, readAssessment, readDisabled, readMe, readProblem, readShare, WireError } from "../../src/shared/wire.js";

const assessment = {
  surface: "linkedin-post",
  score: 62,
  band: "good",
  confidence: { level: "medium", low: 55, high: 69, reason: "A short draft." },
  dimensions: { hook: 40 },
  findings: [
    {
      rule: "Repute.Buzzwords",
      dimension: "voice",
      span: { offset: 3, length: 5 },
      quote: "synergy",
      message: "Say it plainly",
      why: "Buyers skip it.",
      evidence: { grade: "C", source: "L5" },
      severity: "tip",
      replacements: ["plain"],
      points: -1.5,
    },
  ],
  advice: [{ code: "fact", message: "Say how much", question: "By how much?", worth: 12, spans: [{ offset: 0, length: 10 }] }],
  contributions: [
    {
      kind: "baseline",
      name: "average-draft",
      dimension: "",
      label: "Average",
      points: 42.5,
      value: null,
      unit: "",
      span: null,
    },
    {
      kind: "sentence",
      name: "sentence-1",
      dimension: "hook",
      label: "Sentence 1",
      points: 19.5,
      value: null,
      unit: "",
      span: { offset: 0, length: 10 },
    },
  ],
  sentence_ranges: [{ offset: 0, length: 10 }],
  length: { used: 10, limit: 3000, unit: "characters", folds: [{ where: "desktop", offset: null }] },
  gate: { state: "open", reasons: [] },
  scoring_version: "abc",
  note: "",
};

describe("responses of the server", () => {
  it("are read without unknown fields", () => {
    const parsed = readAssessment({ ...assessment, comparison: null, extra: "x" }, "");
    expect(parsed).toMatchObject({ surface: "linkedin-post", score: 62, note_code: "", comparison: null });
    expect(parsed).not.toHaveProperty("extra");
  });

  it("have spans with a start and an end once they are read", () => {
    const parsed = readAssessment({ ...assessment, comparison: null }, "");
    expect(parsed.findings[0]?.span).toEqual({ start: 3, end: 8 });
    expect(parsed.advice[0]?.spans).toEqual([{ start: 0, end: 10 }]);
    expect(parsed.contributions.map(({ span }) => span)).toEqual([null, { start: 0, end: 10 }]);
    expect(parsed.sentence_ranges).toEqual([{ start: 0, end: 10 }]);
  });

  it("of an older server have no advice", () => {
    const { advice: _, ...older } = assessment;
    expect(readAssessment(older, "").advice).toEqual([]);
  });

  it.each([
    ["advice[0].spans[0].length", { ...assessment, advice: [{ ...assessment.advice[0], spans: [{ offset: 0 }] }] }],
    ["advice", { ...assessment, advice: null }],
    ["score", { ...assessment, score: "62" }],
    ["surface", { ...assessment, surface: "elsewhere" }],
    ["findings[0].span.offset", { ...assessment, findings: [{ ...assessment.findings[0], span: { offset: -1, length: 2 } }] }],
    ["findings[0].replacements", { ...assessment, findings: [{ ...assessment.findings[0], replacements: null }] }],
    ["findings[0].message", { ...assessment, findings: [{ ...assessment.findings[0], message: { html: "<b>bold</b>" } }] }],
    [
      "contributions[1].span.length",
      { ...assessment, contributions: [assessment.contributions[0], { ...assessment.contributions[1], span: { offset: 0 } }] },
    ],
    ["gate", { ...assessment, gate: undefined }],
  ])("are rejected for a wrong %s", (field, response) => {
    expect(() => readAssessment(response, "")).toThrow(WireError);
    try {
      readAssessment(response, "");
    } catch (error) {
      expect((error as WireError).field).toBe(field);
    }
  });

  it("of any other shape are rejected as a whole", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const read of [readAssessment, readShare, readMe]) expect(() => read(value, "")).toThrow(WireError);
        expect(typeof readProblem(value).detail).toBe("string");
      }),
    );
  });

  it("give the most helpful sentence of a problem document", () => {
    const problem = {
      title: "url: must begin with https://",
      detail: "",
      errors: [{ field: "url", message: "must begin with https://" }],
    };
    expect(readProblem(problem)).toEqual({ code: "", field: "url", detail: "must begin with https://" });
    expect(readProblem({ ...problem, errors: [] })).toEqual({ code: "", field: "", detail: "url: must begin with https://" });
    expect(readProblem("<html>")).toEqual({ code: "", field: "", detail: "" });
  });

  it("can only disable known adapters", () => {
    const entry = { adapter: "linkedin", layout: "sdui", action: "disable", fixed_in: null, message: "Changed" };
    const unknown = [
      { ...entry, adapter: "elsewhere" },
      { ...entry, layout: "2031" },
      { ...entry, adapter: "constructor" },
    ];
    const wildcard = { ...entry, layout: "*", selector: "textarea", url: "https://elsewhere.example" };
    expect(readDisabled({ disabled: [entry, { ...entry, action: "run", code: "1" }, 7, null, ...unknown, wildcard] })).toEqual([
      entry,
      { ...entry, layout: "*" },
    ]);
  });

  it("without a list of adapters are rejected", () => {
    for (const value of [null, [], {}, { disabled: {} }, { disabled: "linkedin" }, "disabled"]) {
      expect(() => readDisabled(value)).toThrow(WireError);
    }
  });

  it.each([
    [null, false],
    ["0.1.1", false],
    ["0.2", false],
    ["0.10.0", false],
    ["soon", false],
    ["", false],
    ["0.1.0", true],
    ["0.1", true],
    ["0.0.9", true],
  ])("disable an adapter in 0.1.0 unless it was fixed in %s or before", (fixedIn, isFixed) => {
    expect(isFixedIn({ fixed_in: fixedIn }, "0.1.0")).toBe(isFixed);
  });
});

it("leaves out listed sites that are no https origins", () => {
  const place = "long-form";
  const origins = [
    "https://blog.example.com",
    "http://a.example.com",
    "https://*/*",
    "https://a.example.com/x",
    "https://A.example.com",
    "",
  ];
  const me = {
    user: { name: "Robin", email: "robin@example.com" },
    organisation: { name: "Quay", quiet_required: false, trade_words: [], sites: origins.map((origin) => ({ origin, place })) },
    notice: { acknowledged: true },
    share_choice: "ask",
    rules_off: [],
  };
  expect(readMe(me, "").organisation.sites).toEqual([{ origin: "https://blog.example.com", place }]);
});
