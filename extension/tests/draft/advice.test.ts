import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeSingleTextEdit } from "../../src/content/text/remap.js";
import { moveAdvice, type TrackedAdvice, trackAdvice, withoutHidden } from "../../src/draft/advice.js";
import { underlineAdvice } from "../../src/draft/underlines.js";
import { type Span, textAt } from "../../src/shared/span.js";
import type { Advice } from "../../src/shared/wire.js";
import { spanOf as findSpan } from "../span-of.js";

const SENT = "We sell forms. They work well. Call me.";
const spanOf = (words: string, text = SENT): Span => findSpan(words, text);
const advice = (code: string, ...spans: Span[]): Advice => ({ code, message: "", question: "", worth: 5, spans });
const FACT = advice("fact", spanOf("They work well."), spanOf("We sell forms."));

const words = (tracked: readonly TrackedAdvice[]): string[][] =>
  tracked.map(({ places }) => places.map((place) => place.words));
const edited = (tracked: readonly TrackedAdvice[], before: string, after: string): TrackedAdvice[] =>
  moveAdvice(tracked, computeSingleTextEdit(before, after), after);

describe("the words of advice", () => {
  it("are in the order of the text, and follow an edit before them", () => {
    const tracked = trackAdvice([FACT], SENT, SENT);
    expect(words(tracked)).toEqual([["We sell forms.", "They work well."]]);
    const after = `Hello! ${SENT}`;
    expect(edited(tracked, SENT, after)[0]?.places.map(({ span }) => span)).toEqual([
      spanOf("We sell forms.", after),
      spanOf("They work well.", after),
    ]);
  });

  it("are dropped when they are edited, while the advice stays", () => {
    const after = "We sell forms. They work in four minutes. Call me.";
    const tracked = edited(trackAdvice([FACT, advice("ask", spanOf("They work well."))], SENT, SENT), SENT, after);
    expect(words(tracked)).toEqual([["We sell forms."], []]);
  });

  it("are dropped when the rep changed them while the request was under way", () => {
    expect(words(trackAdvice([FACT], SENT, "We sell forms. Call me."))).toEqual([["We sell forms."]]);
  });

  it("are dropped if they are beyond the text or empty", () => {
    const beyond = { start: SENT.length - 3, end: SENT.length + 1 };
    const outside = { start: SENT.length + 3, end: SENT.length + 7 };
    expect(words(trackAdvice([advice("fact", beyond, outside, { start: 2, end: 3 })], SENT, SENT))).toEqual([[]]);
  });

  it("are always the words that were assessed, whatever is typed", () => {
    const texts = fc
      .array(fc.constantFrom("We sell forms. ", "They work well. ", "Call me. ", "x", "🛠 "))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, texts, texts, fc.nat(40), fc.nat(20), (sent, then, last, start, length) => {
        const end = start + length;
        const assessed = sent.slice(start, end);
        const tracked = edited(trackAdvice([advice("fact", { start, end })], sent, then), then, last);
        for (const { span } of tracked[0]?.places ?? []) {
          expect(textAt(last, span)).toBe(assessed);
        }
      }),
    );
  });
});

describe("words that the rep ignored", () => {
  const isSentence = ({ start, end }: Span): boolean => textAt(SENT, { start, end }).endsWith(".");
  const shown = (hidden: string[], ...items: Advice[]) =>
    withoutHidden(
      trackAdvice(items, SENT, SENT),
      hidden.map((quote) => spanOf(quote)),
      isSentence,
    );

  it("leave the advice at once, and it goes with the last of them", () => {
    const hype = advice("hype", spanOf("sell"), spanOf("well"));
    expect(words(shown([], hype))).toEqual([["sell", "well"]]);
    expect(words(shown(["sell"], hype))).toEqual([["well"]]);
    expect(words(shown(["sell", "well"], hype))).toEqual([]);
  });

  it("take along advice whose message quotes them", () => {
    const hype = { ...advice("hype", spanOf("sell"), spanOf("well")), message: "Cut “sell” and “well”." };
    expect(shown(["sell"], hype)).toEqual([]);
    expect(shown(["Call me."], { ...advice("bait", spanOf("Call me.")), message: "Leave out “Call me.”" })).toEqual([]);
  });

  it("leave alone advice on the same sentence, or on the whole draft", () => {
    expect(words(shown(["They work well."], FACT, advice("ask")))).toEqual([["We sell forms.", "They work well."], []]);
  });
});

describe("the lines under advice", () => {
  const lines = (tracked: readonly TrackedAdvice[], sentence: Span | null, emphasized: string | null): [number, string][] =>
    underlineAdvice(tracked, sentence, emphasized).map(({ span, line }) => [span.start, line]);
  const tracked = trackAdvice([FACT, advice("ask", spanOf("They work well."))], SENT, SENT);

  it("are drawn once where two pieces of advice are about the same sentence", () => {
    expect(lines(tracked, null, null)).toEqual([
      [0, "advice"],
      [15, "advice"],
    ]);
  });

  it("leave out the sentence being typed, unless the rep points at its advice", () => {
    const typed = spanOf("They work well.");
    expect(lines(tracked, typed, null)).toEqual([[0, "advice"]]);
    expect(lines(tracked, typed, "ask")).toEqual([
      [0, "advice"],
      [15, "emphasis"],
    ]);
    expect(lines(tracked, null, "fact")).toEqual([
      [0, "emphasis"],
      [15, "emphasis"],
    ]);
  });
});
