// @vitest-environment node
/** What Harper and our own patterns find in sentences of salespeople, half of which are correct. */
import { expect, it } from "vitest";
import { Linter } from "../../src/grammar/linter.js";
import type { GrammarFinding } from "../../src/shared/grammar.js";
import { overlaps, type Span } from "../../src/shared/span.js";
import sentences from "./sentences.json" with { type: "json" };

const linter = new Linter(new URL("../../node_modules/harper.js/dist/harper_wasm_slim_bg.wasm", import.meta.url).href);
const check = (text: string): Promise<GrammarFinding[]> =>
  linter.check(text, { on: true, dialect: "british", words: [], off: [] });
/** No rule for them that would not raise false alarms: "one of our customers was late". */
const NOT_FOUND = ["Our customers was waiting", "Each of the managers have"];

function spansOf(text: string, errors: readonly string[]): Span[] {
  let from = 0;
  return errors.map((words) => {
    const start = text.indexOf(words, from);
    from = start + words.length;
    return { start, end: from };
  });
}

it("raises no alarm in correct sentences", async () => {
  for (const text of sentences.right) expect(await check(text), text).toEqual([]);
});

it("finds each mistake once, and nothing else", async () => {
  for (const { text, errors } of sentences.wrong) {
    const found = await check(text);
    const expected = NOT_FOUND.some((start) => text.startsWith(start)) ? [] : spansOf(text, errors);
    expect(found, text).toHaveLength(expected.length);
    for (const [index, span] of expected.entries()) expect(overlaps(found[index]!.span, span), text).toBe(true);
  }
});

it("is turned off for its and it's, and for of and have, by one switch each", async () => {
  const settings = { on: true, dialect: "british", words: [] } as const;
  for (const [rule, texts] of [
    ["Harper.ItsContraction", ["Its been a good year.", "Its a good idea.", "It is known that its not the price."]],
    ["Harper.ModalOf", ["I could of done it.", "Could we of lost it later?"]],
  ] as const) {
    for (const text of texts) {
      expect(
        (await check(text)).map((finding) => finding.rule),
        text,
      ).toEqual([rule]);
      expect(await linter.check(text, { ...settings, words: [], off: [rule] }), text).toEqual([]);
    }
  }
});

it("checks no text in another language, and takes a short English one for English", async () => {
  expect(await check("Wir haben gestern einen neuen Kunden gewonnen.")).toEqual([]);
  expect(await check("Hemos ganado un cliente nuevo esta semana.")).toEqual([]);
  expect(await check("That deal taught me alot about patience.")).toHaveLength(1);
});
