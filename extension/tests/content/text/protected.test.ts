import { afterEach, describe, expect, it } from "vitest";
import cases from "../../../../server/contract/protected-cases.json";
import {
  blankProtected,
  cutProtected,
  findProtected,
  isProtected,
  setTradeWords,
} from "../../../src/content/text/protected.js";
import type { Span } from "../../../src/shared/span.js";

const toPair = ({ start, end }: Span): number[] => [start, end];

afterEach(() => setTradeWords([]));

describe("protected talk", () => {
  it.each(cases)("is found as the server finds it in $text", ({ text, trade_words, sentences, triggers, is_greater_part }) => {
    setTradeWords(trade_words);
    const found = findProtected(text);
    expect(found.sentences.map(toPair)).toEqual(sentences);
    expect(found.triggers.map(toPair)).toEqual(triggers);
    if (text !== "") expect(found.isGreaterPart).toBe(is_greater_part);
  });

  it("is blanked without moving the other words", () => {
    const text = "🙂 We asked. My diagnosis came in May. What now?";
    const blanked = blankProtected(text, findProtected(text));
    expect(blanked).toHaveLength(text.length);
    expect(blanked.replaceAll(/ +/g, " ")).toBe("🙂 We asked. What now?");
  });

  it("is cut out of a shared text", () => {
    expect(cutProtected("We asked. My diagnosis came in May. What now?")).toBe("We asked. What now?");
    expect(cutProtected("My diagnosis came in May.")).toBe("");
  });

  it.each(Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)))(
    "begins and ends at a word's end beside %j",
    (letter) => {
      const isWord = /[\p{L}\p{N}_]/u.test(letter);
      expect(isProtected(`Xy ${letter}my salary.`)).toBe(!isWord);
      expect(isProtected(`I wrote to my congress${letter}man.`)).toBe(/\p{L}/u.test(letter));
    },
  );

  it("is checked in a long draft without backtracking", () => {
    const long = "We moved the launch by a week and learned three things about buyers ".repeat(430);
    expect(isProtected(long)).toBe(false);
  });
});
