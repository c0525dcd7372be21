import { expect, it } from "vitest";
import { findConfusions } from "../../src/grammar/confusions.js";
import data from "../../src/grammar/confusions.json" with { type: "json" };
import { isGrammarRule } from "../../src/shared/grammar.js";
import sentences from "./sentences.json" with { type: "json" };

it.each(data)("$rule finds the wrong words, and only these", ({ rule, fires, quiet }) => {
  for (const text of fires) {
    const found = findConfusions(text);
    expect(
      found.map((finding) => finding.rule),
      text,
    ).toEqual([`Grammar.${rule}`]);
    const [{ span, quote, replacements }] = found as [(typeof found)[number]];
    expect(text.slice(span.start, span.end)).toBe(quote);
    const corrected = text.slice(0, span.start) + replacements[0] + text.slice(span.end);
    expect(findConfusions(corrected), corrected).toEqual([]);
  }
  for (const text of quiet) expect(findConfusions(text), text).toEqual([]);
});

it("keeps the capital letter, and is no rule that the server knows", () => {
  const [finding] = findConfusions("Your welcome to call me.");
  expect(finding).toMatchObject({ replacements: ["You're"], message: "Did you mean “You're”?" });
  expect(isGrammarRule(finding!.rule)).toBe(true);
});

it("raises no alarm in correct sentences", () => {
  expect(sentences.right.flatMap(findConfusions)).toEqual([]);
});
