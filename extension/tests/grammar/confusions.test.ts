import { expect, it } from "vitest";
import { findConfusions } from "../../src/grammar/confusions.js";
import data from "../../src/grammar/confusions.json" with { type: "json" };
import messages from "../../src/messages.json" with { type: "json" };
import { isGrammarRule } from "../../src/shared/grammar.js";
import sentences from "./sentences.json" with { type: "json" };

it.each(data)("$rule finds the wrong words, and only these", ({ rule, fires, quiet }) => {
  for (const text of fires) {
    const found = findConfusions(text);
    expect(
      found.map((finding) => finding.rule),
      text,
    ).toEqual([rule]);
    const [{ span, quote, replacements }] = found as [(typeof found)[number]];
    expect(text.slice(span.start, span.end)).toBe(quote);
    const corrected = text.slice(0, span.start) + replacements[0] + text.slice(span.end);
    expect(findConfusions(corrected), corrected).toEqual([]);
  }
  for (const text of quiet) expect(findConfusions(text), text).toEqual([]);
});

it("repeats nothing without a limit, so that a long draft takes no longer per character than a short one", () => {
  for (const { find } of data) expect(find).not.toMatch(/[*+]|\{\d*,\}/);
  for (const part of [" ", "\n", "to ", "your ", "its ", "a", "7", "Your going to be "]) {
    expect(findConfusions(part.repeat(30_000 / part.length))).toHaveLength(part.startsWith("Your") ? 1_764 : 0);
  }
});

it("has the names of Harper's rules where Harper looks for the same words, so that a rule's name is on screen once", () => {
  const names = Object.entries(messages).filter(([key]) => /^rule_(?:Grammar|Harper)\./.test(key));
  expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
});

it("keeps the capital letter, and is no rule that the server knows", () => {
  const [finding] = findConfusions("Your welcome to call me.");
  expect(finding).toMatchObject({ replacements: ["You're"], message: "Did you mean “You're”?" });
  expect(isGrammarRule(finding!.rule)).toBe(true);
});

it("raises no alarm in correct sentences", () => {
  expect(sentences.right.flatMap(findConfusions)).toEqual([]);
});
