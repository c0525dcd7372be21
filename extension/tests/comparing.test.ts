import { beforeEach, expect, it } from "vitest";
import { Comparing } from "../src/content/comparing.js";
import type { Answer } from "../src/shared/protocol.js";
import type { Comparison } from "../src/shared/wire.js";

const COMPARISON: Comparison = { preferred: "b", probability_a: 0.4, basis: "", reasons: [] };

let asked: { words: [string, string]; answer: (answer: Answer<Comparison>) => void }[];
let comparing: Comparing;
beforeEach(() => {
  asked = [];
  comparing = new Comparing({
    compare: (earlier, now) => new Promise((answer) => asked.push({ words: [earlier, now], answer })),
    changed: () => null,
  });
  comparing.keep("one", null);
});

it("asks once, however often it is pressed, and shows the answer", async () => {
  const asking = comparing.ask("two");
  void comparing.ask("two");
  expect(comparing.view?.asked).toEqual({ state: "asking" });
  expect(asked.map(({ words }) => words)).toEqual([["one", "two"]]);
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparing.view?.asked).toEqual({ state: "answered", comparison: COMPARISON });
});

it("asks nothing where nothing is kept", async () => {
  comparing.drop();
  await comparing.ask("two");
  expect(asked).toEqual([]);
  expect(comparing.view).toBeNull();
});

it("lets go of an answer about other words, before and after it came", async () => {
  const asking = comparing.ask("two");
  comparing.read("two and");
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparing.view?.asked).toEqual({ state: "outdated" });
  const again = comparing.ask("two and");
  asked[1]?.answer({ ok: COMPARISON });
  await again;
  comparing.read("two and");
  expect(comparing.view?.asked?.state).toBe("answered");
  comparing.read("two and more");
  expect(comparing.view?.asked).toEqual({ state: "outdated" });
});

it("says what went wrong until the draft changes", async () => {
  const asking = comparing.ask("two");
  asked[0]?.answer({ error: "unreachable" });
  await asking;
  expect(comparing.view?.asked).toEqual({ state: "failed", error: "unreachable", detail: "" });
  comparing.read("three");
  expect(comparing.view?.asked).toBeNull();
});

it("starts over with another wording, or with none", async () => {
  const asking = comparing.ask("two");
  comparing.keep("two", null);
  asked[0]?.answer({ ok: COMPARISON });
  await asking;
  expect(comparing.view).toEqual({ text: "two", assessment: null, asked: null });
  const another = comparing.ask("three");
  comparing.drop();
  asked[1]?.answer({ ok: COMPARISON });
  await another;
  expect(comparing.view).toBeNull();
});
