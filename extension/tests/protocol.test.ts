import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manifest, originPattern } from "../src/manifest.js";
import { envelope, parseNotice, requestKind, VERSION } from "../src/shared/protocol.js";
import { isFixedIn, readAssessment, readDisabled, readMe, readProblem, readShare, WireError } from "../src/shared/wire.js";

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
  contributions: [{ kind: "baseline", name: "baseline", dimension: "", label: "Average", points: 50, value: null, unit: "" }],
  sentence_ranges: [{ offset: 0, length: 10 }],
  length: { used: 10, limit: 3000, unit: "characters", folds: [{ where: "desktop", offset: null }] },
  gate: { state: "open", reasons: [] },
  scoring_version: "abc",
  note: "",
};

describe("answers of the server", () => {
  it("are taken as agreed, unknown fields dropped", () => {
    const read = readAssessment({ ...assessment, comparison: null, more: "x" }, "");
    expect(read).toEqual({ ...assessment, note_code: "", comparison: null });
  });

  it.each([
    ["score", { ...assessment, score: "62" }],
    ["surface", { ...assessment, surface: "elsewhere" }],
    ["findings[0].span.offset", { ...assessment, findings: [{ ...assessment.findings[0], span: { offset: -1, length: 2 } }] }],
    ["findings[0].replacements", { ...assessment, findings: [{ ...assessment.findings[0], replacements: null }] }],
    ["findings[0].message", { ...assessment, findings: [{ ...assessment.findings[0], message: { html: "<b>bold</b>" } }] }],
    ["gate", { ...assessment, gate: undefined }],
  ])("are refused for a wrong %s", (field, answer) => {
    expect(() => readAssessment(answer, "")).toThrow(WireError);
    try {
      readAssessment(answer, "");
    } catch (error) {
      expect((error as WireError).field).toBe(field);
    }
  });

  it("of any other shape are refused, never half taken", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const read of [readAssessment, readShare, readMe]) expect(() => read(value, "")).toThrow(WireError);
        expect(typeof readProblem(value).detail).toBe("string");
      }),
    );
  });

  it("say what was wrong in the best words they have", () => {
    const problem = {
      title: "url: must begin with https://",
      detail: "",
      errors: [{ field: "url", message: "must begin with https://" }],
    };
    expect(readProblem(problem)).toEqual({ field: "url", detail: "must begin with https://" });
    expect(readProblem({ ...problem, errors: [] })).toEqual({ field: "", detail: "url: must begin with https://" });
    expect(readProblem("<html>")).toEqual({ field: "", detail: "" });
  });

  it("can only switch adapters off", () => {
    const off = { adapter: "linkedin", layout: "sdui", action: "disable", fixed_in: null, message: "Changed" };
    const unknown = [
      { ...off, adapter: "elsewhere" },
      { ...off, layout: "2031" },
      { ...off, adapter: "constructor" },
    ];
    const more = { ...off, layout: "*", selector: "textarea", url: "https://elsewhere.example" };
    expect(readDisabled({ disabled: [off, { ...off, action: "run", code: "1" }, 7, null, ...unknown, more] })).toEqual([
      off,
      { ...off, layout: "*" },
    ]);
  });

  it("that are no list of adapters are no answer", () => {
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
  ])("switch an adapter off in 0.1.0 unless that has what came with %s", (fixedIn, mended) => {
    expect(isFixedIn({ fixed_in: fixedIn }, "0.1.0")).toBe(mended);
  });
});

describe("messages", () => {
  it("of another version or kind are refused", () => {
    const known = new Set(["assess"]);
    expect(requestKind(envelope({ kind: "assess" }), known)).toBe("assess");
    expect(requestKind({ kind: "assess", v: VERSION + 1 }, known)).toBeNull();
    expect(requestKind({ kind: "assess" }, known)).toBeNull();
    expect(requestKind(envelope({ kind: "unpair" }), known)).toBeNull();
    fc.assert(fc.property(fc.jsonValue(), (value) => requestKind(value, known) === null));
    expect(parseNotice(envelope({ kind: "act" }))).toBeNull();
  });
});

describe("manifest", () => {
  it("asks for the backend's origin and nothing else", () => {
    expect(originPattern("http://127.0.0.1:8000")).toBe("http://127.0.0.1/*");
    expect(originPattern("https://repute.example.com")).toBe("https://repute.example.com/*");
  });

  it.each(["chrome", "firefox"] as const)("of %s is the one that was reviewed", (browser) => {
    expect(manifest({ browser, backend: "https://repute.example.com", version: "1.2.3" })).toMatchSnapshot();
  });
});
