import { beforeEach, expect, it } from "vitest";
import { WordingComparison } from "../src/content/wording-comparison.js";
import type { Result } from "../src/shared/result.js";
import type { Comparison } from "../src/shared/wire.js";

const COMPARISON: Comparison = { preferred: "b", probability_a: 0.4, basis: "", reasons: [] };

let asked: { words: [string, string]; answer: (answer: Result<Comparison>) => void }[];
let comparing: WordingComparison;
beforeEach(() => {
  asked = [];
  comparing = new WordingComparison({
    compare: (earlier, now) => new Promise((answer) => asked.push({ words: [earlier, now], answer })),
    onChange: () => null,
  });
  comparing.keep("one", null);
});

it("asks once, however often it is pressed, and shows the answer", async () => {
  const asking = comparing.compare("two");
  void comparing.compare("two");
  expect(comparing.view?.comparison).toEqual({ state: "asking" });
  expect(asked.map(({ words }) => words)).toEqual([["one", "two"]]);
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparing.view?.comparison).toEqual({ state: "answered", comparison: COMPARISON });
});

it("asks nothing where nothing is kept", async () => {
  comparing.discard();
  await comparing.compare("two");
  expect(asked).toEqual([]);
  expect(comparing.view).toBeNull();
});

it("lets go of an answer about other words, before and after it came", async () => {
  const asking = comparing.compare("two");
  comparing.textChanged("two and");
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparing.view?.comparison).toEqual({ state: "outdated" });
  const again = comparing.compare("two and");
  asked[1]?.answer({ ok: COMPARISON });
  await again;
  comparing.textChanged("two and");
  expect(comparing.view?.comparison?.state).toBe("answered");
  comparing.textChanged("two and more");
  expect(comparing.view?.comparison).toEqual({ state: "outdated" });
});

it("says what went wrong until the draft changes", async () => {
  const asking = comparing.compare("two");
  asked[0]?.answer({ error: "unreachable" });
  await asking;
  expect(comparing.view?.comparison).toEqual({ state: "failed", error: "unreachable", detail: "" });
  comparing.textChanged("three");
  expect(comparing.view?.comparison).toBeNull();
});

it("starts over with another wording, or with none", async () => {
  const asking = comparing.compare("two");
  comparing.keep("two", null);
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparing.view).toEqual({ text: "two", assessment: null, comparison: null });
  const another = comparing.compare("three");
  comparing.discard();
  asked[1]?.answer({ ok: COMPARISON });
  await another;
  expect(comparing.view).toBeNull();
});
