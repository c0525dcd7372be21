import { expect, it } from "vitest";
import words from "../src/words.json" with { type: "json" };

it("has one thing to do for every dimension it names", () => {
  const named = (prefix: string): string[] =>
    Object.keys(words).flatMap((word) => (word.startsWith(prefix) ? [word.slice(prefix.length)] : [])).sort();
  expect(named("do_")).toEqual(named("dimension_"));
});
