import { describe, expect, it } from "vitest";
import { getMessage } from "../../src/shared/messages.js";
import type { Result } from "../../src/shared/result.js";
import { checkAnswer, suggest } from "../../src/shared/suggest.js";
import type { Assessment } from "../../src/shared/wire.js";
import { maxAnswer, offeredHelp, type WordingJob, type WordingStep, wordingOffer } from "../../src/shared/wording-help.js";
import { assessmentOf } from "../draft/driver.js";
import { spanOf } from "../span-of.js";

const PASSAGE = "Fewer of them came back.";
const TEXT = `We changed the label on every pallet.\n\n${PASSAGE} It helped.`;
const JOB: WordingJob = {
  surface: "linkedin-post",
  text: TEXT,
  advice: { code: "fact", message: "Add a figure", question: "How many?" },
  span: spanOf(PASSAGE, TEXT),
  passage: PASSAGE,
  company: "Quill Models",
};
const ANSWER = "Of the pallets, [your figure] fewer came back.";

const run = async (
  answer: Result<string>,
  score: (text: string, previous: string) => Promise<Result<Assessment>> = async () => ({ ok: assessmentOf({ score: 58 }) }),
) => {
  const steps: WordingStep[] = [];
  const asked: unknown[] = [];
  const result = await suggest(
    JOB,
    {
      ask: async (job) => {
        asked.push(job);
        return answer;
      },
      score: async (...texts) => {
        asked.push(texts);
        return score(...texts);
      },
    },
    (step) => steps.push(step),
  );
  return { result, steps, asked };
};

describe("an answer", () => {
  it("is scored in its place in the draft, compared with the draft", async () => {
    const { result, steps, asked } = await run({ ok: ANSWER });
    expect(asked).toEqual([JOB, [TEXT.replace(PASSAGE, ANSWER), TEXT]]);
    expect(steps).toEqual([{ step: "scoring" }]);
    expect(result).toMatchObject({
      ok: { before: PASSAGE, after: ANSWER, blanks: 0, assessment: { score: 58, band: "fair" } },
    });
  });

  it("is scored without the figures that it invents", async () => {
    const { result, asked } = await run({ ok: "Of the pallets, 40% fewer came back." });
    expect(asked[1]).toEqual([TEXT.replace(PASSAGE, ANSWER), TEXT]);
    expect(result).toMatchObject({ ok: { after: ANSWER, blanks: 1 } });
  });

  it("with a link is neither scored nor shown", async () => {
    const { result, asked } = await run({ ok: `${PASSAGE} See https://evil.example` });
    expect(asked).toHaveLength(1);
    expect(result).toEqual({ error: "refused", detail: getMessage("wording_invented") });
  });

  it("with a protected sentence is neither scored nor shown", async () => {
    const { result, steps, asked } = await run({ ok: "I was not paid for the overtime, and my salary is too low." });
    expect(asked).toEqual([JOB]);
    expect(steps).toEqual([]);
    expect(result).toEqual({ error: "refused", detail: getMessage("wording_invented") });
  });

  it("is shown without scores if the coach cannot be reached, and with a warning if it is too long", async () => {
    expect((await run({ ok: ANSWER }, async () => ({ error: "unreachable" }))).result).toMatchObject({
      ok: { assessment: null },
    });
    const length = { used: 300, limit: 280, unit: "weighted", folds: [] };
    expect((await run({ ok: ANSWER }, async () => ({ ok: assessmentOf({ length }) }))).result).toMatchObject({
      ok: { isTooLong: true },
    });
  });

  it("is dropped if the request was cancelled, or the text with it is protected", async () => {
    expect((await run({ error: "stale" })).result).toEqual({ error: "stale" });
    expect((await run({ ok: ANSWER }, async () => ({ error: "stale" }))).result).toEqual({ error: "stale" });
    const gate = { state: "protected", reasons: [] } as const;
    expect(
      (await run({ ok: ANSWER }, async () => ({ ok: assessmentOf({ gate: { ...gate, reasons: [] } }) }))).result,
    ).toHaveProperty("error", "refused");
  });
});

describe("what comes back is brought into the form of the passage", () => {
  it.each([
    [`“${ANSWER}”`, ANSWER],
    [`"${ANSWER}"\n`, ANSWER],
    ["**Fewer** pallets\n\ncame back.", "Fewer pallets came back."],
    ["> Fewer pallets came back.", "Fewer pallets came back."],
  ])("%s", (answer, expected) => expect(checkAnswer(answer, JOB)).toMatchObject({ ok: { text: expected } }));

  it("and keeps paragraphs where it has some", () => {
    const job = { ...JOB, passage: TEXT, span: { start: 0, end: TEXT.length } };
    expect(checkAnswer("We changed it.\n\n\n\nFewer came back.", job)).toMatchObject({
      ok: { text: "We changed it.\n\nFewer came back." },
    });
  });

  it.each([
    ["", "wording_unusable"],
    [" \n ", "wording_unusable"],
    ["We moved it. ".repeat(200), "wording_unusable"],
    [PASSAGE, "wording_same"],
    [`"${PASSAGE}"`, "wording_same"],
  ] as const)("or refused: %s", (answer, message) =>
    expect(checkAnswer(answer, JOB)).toEqual({ error: "refused", detail: getMessage(message) }),
  );

  it("and may grow only so much", () => expect(maxAnswer(PASSAGE)).toBe(2 * PASSAGE.length + 600));
});

describe("help is offered", () => {
  const mode = (
    wording_help: { mode: "off" | "device" | "endpoint"; company: string; is_on: boolean } | undefined,
    hasModel = true,
  ) => offeredHelp(wordingOffer({ wording_help }, hasModel)).mode;

  it("only where the organisation and the rep want it, and the browser can", () => {
    expect(mode({ mode: "endpoint", company: "Quill", is_on: true }, false)).toBe("endpoint");
    expect(mode({ mode: "device", company: "", is_on: true })).toBe("device");
    expect(mode({ mode: "device", company: "", is_on: true }, false)).toBe("off");
    expect(mode({ mode: "endpoint", company: "Quill", is_on: false })).toBe("off");
    expect(mode({ mode: "off", company: "", is_on: true })).toBe("off");
    expect(mode(undefined), "an older server").toBe("off");
  });
});
