import { beforeEach, expect, it } from "vitest";
import { WordingComparison } from "../../src/content/wording-comparison.js";
import type { Result } from "../../src/shared/result.js";
import type { Comparison } from "../../src/shared/wire.js";

const COMPARISON: Comparison = { preferred: "b", probability_a: 0.4, basis: "", reasons: [] };

let asked: { words: [string, string]; answer: (answer: Result<Comparison>) => void }[];
let comparison: WordingComparison;
beforeEach(() => {
  asked = [];
  comparison = new WordingComparison({
    compare: (earlier, now) => new Promise((answer) => asked.push({ words: [earlier, now], answer })),
    onChange: () => null,
  });
  comparison.keep("one", null);
});

it("compares once, however often it is clicked", async () => {
  const asking = comparison.compare("two");
  void comparison.compare("two");
  expect(comparison.view?.comparison).toEqual({ state: "asking" });
  expect(asked.map(({ words }) => words)).toEqual([["one", "two"]]);
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparison.view?.comparison).toEqual({ state: "answered", comparison: COMPARISON });
});

it("compares nothing without a kept wording", async () => {
  comparison.discard();
  await comparison.compare("two");
  expect(asked).toEqual([]);
  expect(comparison.view).toBeNull();
});

it("marks a comparison of another wording as outdated", async () => {
  const asking = comparison.compare("two");
  comparison.textChanged("two and");
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparison.view?.comparison).toEqual({ state: "outdated" });
  const again = comparison.compare("two and");
  asked[1]?.answer({ ok: COMPARISON });
  await again;
  comparison.textChanged("two and");
  expect(comparison.view?.comparison?.state).toBe("answered");
  comparison.textChanged("two and more");
  expect(comparison.view?.comparison).toEqual({ state: "outdated" });
});

it("shows an error until the draft changes", async () => {
  const asking = comparison.compare("two");
  asked[0]?.answer({ error: "unreachable" });
  await asking;
  expect(comparison.view?.comparison).toEqual({ state: "failed", error: "unreachable", detail: "" });
  comparison.textChanged("three");
  expect(comparison.view?.comparison).toBeNull();
});

it("drops the comparison when another wording is kept or discarded", async () => {
  const asking = comparison.compare("two");
  comparison.keep("two", null);
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparison.view).toEqual({ text: "two", assessment: null, comparison: null });
  const another = comparison.compare("three");
  comparison.discard();
  asked[1]?.answer({ ok: COMPARISON });
  await another;
  expect(comparison.view).toBeNull();
});
