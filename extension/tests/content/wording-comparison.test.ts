import { beforeEach, expect, it } from "vitest";
import { WordingComparison } from "../../src/content/wording-comparison.js";
import type { Result } from "../../src/shared/result.js";
import type { Comparison } from "../../src/shared/wire.js";

const COMPARISON: Comparison = { preferred: "b", probability_a: 0.4, basis: "", reasons: [] };

let requests: { words: [string, string]; respond: (result: Result<Comparison>) => void }[];
let comparison: WordingComparison;
beforeEach(() => {
  requests = [];
  comparison = new WordingComparison({
    compare: (earlier, current) => new Promise((respond) => requests.push({ words: [earlier, current], respond })),
    onChange: () => null,
  });
  comparison.keep("one", null);
});

it("compares once, however often it is clicked", async () => {
  const asking = comparison.compare("two");
  void comparison.compare("two");
  expect(comparison.view?.comparison).toEqual({ state: "asking" });
  expect(requests.map(({ words }) => words)).toEqual([["one", "two"]]);
  requests[0]?.respond({ ok: COMPARISON });
  await asking;
  expect(comparison.view?.comparison).toEqual({ state: "answered", comparison: COMPARISON });
});

it("compares nothing without a kept wording", async () => {
  comparison.discard();
  await comparison.compare("two");
  expect(requests).toEqual([]);
  expect(comparison.view).toBeNull();
});

it("marks a comparison of another wording as outdated", async () => {
  const asking = comparison.compare("two");
  comparison.textChanged("two and");
  requests[0]?.respond({ ok: COMPARISON });
  await asking;
  expect(comparison.view?.comparison).toEqual({ state: "outdated" });
  const again = comparison.compare("two and");
  requests[1]?.respond({ ok: COMPARISON });
  await again;
  comparison.textChanged("two and");
  expect(comparison.view?.comparison?.state).toBe("answered");
  comparison.textChanged("two and more");
  expect(comparison.view?.comparison).toEqual({ state: "outdated" });
});

it("shows an error until the draft changes", async () => {
  const asking = comparison.compare("two");
  requests[0]?.respond({ error: "unreachable" });
  await asking;
  expect(comparison.view?.comparison).toEqual({ state: "failed", error: "unreachable", detail: "" });
  comparison.textChanged("three");
  expect(comparison.view?.comparison).toBeNull();
});

it("drops the comparison when another wording is kept or discarded", async () => {
  const asking = comparison.compare("two");
  comparison.keep("two", null);
  requests[0]?.respond({ ok: COMPARISON });
  await asking;
  expect(comparison.view).toEqual({ text: "two", assessment: null, comparison: null });
  const another = comparison.compare("three");
  comparison.discard();
  requests[1]?.respond({ ok: COMPARISON });
  await another;
  expect(comparison.view).toBeNull();
});
