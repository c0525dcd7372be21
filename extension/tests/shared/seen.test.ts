import { readdirSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import type { KeyValueStore } from "../../src/shared/ignored.js";
import { currentRules, foldedIndexes, isHabit, parseRules, type SeenRules, SeenTips, withPost } from "../../src/shared/seen.js";
import type { Assessment } from "../../src/shared/wire.js";

const DAY = "2026-11-29";
const BUZZWORDS = "Repute.Buzzwords";
const OPEN: Assessment["gate"] = { state: "open", reasons: [] };

const finding = (values: Partial<Assessment["findings"][number]> = {}): Assessment["findings"][number] =>
  ({ rule: BUZZWORDS, severity: "tip", points: -2, ...values }) as Assessment["findings"][number];

/** Left in so many posts. */
const leftIn = (posts: number, rule = BUZZWORDS): SeenRules => ({ [rule]: { posts, last: DAY } });

const folded = (findings: Assessment["findings"], seen: SeenRules, gate = OPEN): number[] =>
  foldedIndexes({ findings, gate }, seen);

describe("a tip that was left in post after post", () => {
  it("is shown in three posts and then folded away", () => {
    const days = [0, 1, 2, 3, 4].map((posts) => folded([finding()], leftIn(posts)).length);
    expect(days).toEqual([0, 0, 0, 1, 1]);
  });

  it("is shown once more if it costs three points", () => {
    const costly = [finding({ points: -1 }), finding({ points: -3 })];
    expect(folded(costly, leftIn(3))).toEqual([]);
    expect(folded(costly, leftIn(4))).toEqual([0, 1]);
  });

  it("does not fold another rule's tip", () => {
    expect(folded([finding(), finding({ rule: "Repute.Hype" })], leftIn(9))).toEqual([0]);
  });

  it("is shown while credit is on hold", () => {
    expect(folded([finding()], leftIn(9), { state: "held", reasons: ["A claim"] })).toEqual([]);
  });

  it.each([
    ["a limit or what puts credit on hold", finding({ severity: "limit" })],
    ["a slip", finding({ severity: "check" })],
    ["rudeness", finding({ rule: "Repute.Rudeness" })],
    ["words that leave people out", finding({ rule: "Repute.InclusiveWords" })],
    ["images that some people cannot see", finding({ rule: "Repute.AltText" })],
    ["an organisation's own rule", finding({ rule: "Acme.Promises" })],
  ])("is never folded away if it is about %s", (_, item) => {
    expect(folded([item], leftIn(50, item.rule))).toEqual([]);
    expect(isHabit(item)).toBe(false);
  });
});

test("every rule that is never folded away exists", () => {
  const rules = readdirSync("../nlp/rules/styles/Repute");
  const all = rules.map((file) => `Repute.${file.replace(/\.yml$/, "")}`);
  const kept = all.filter((rule) => !isHabit({ rule, severity: "tip" }));
  expect(kept).toEqual(["AltText", "HashtagCase", "InclusiveWords", "Rudeness", "Swearing"].map((name) => `Repute.${name}`));
});

describe("counting posts", () => {
  it("counts a rule once in a post, and forgets one that the rep acted on", () => {
    const seen = withPost(
      { ...leftIn(2), ...leftIn(5, "Repute.Hype") },
      { left: [BUZZWORDS, BUZZWORDS], fixed: ["Repute.Hype"] },
      DAY,
    );
    expect(seen).toEqual(leftIn(3));
  });

  it("leaves a rule alone that the post did not break", () => {
    expect(withPost(leftIn(2), { left: [], fixed: [] }, "2026-12-24")).toEqual(leftIn(2));
  });

  it("forgets a rule after ninety days without it", () => {
    expect(currentRules(leftIn(3), "2027-02-27")).toEqual(leftIn(3));
    expect(currentRules(leftIn(3), "2027-02-28")).toEqual({});
  });

  it("keeps two hundred rules, those that were left last", () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`Repute.Rule${index}`, { posts: 1, last: DAY }]),
    );
    const seen = withPost(
      { ...leftIn(1, "Repute.Old"), ...many, "Repute.Old": { posts: 1, last: "2026-11-01" } },
      { left: [BUZZWORDS], fixed: [] },
      DAY,
    );
    expect(Object.keys(seen)).toHaveLength(200);
    expect(seen).toHaveProperty([BUZZWORDS]);
    expect(seen).not.toHaveProperty(["Repute.Old"]);
  });

  it("reads nothing from malformed values", () => {
    for (const stored of [
      null,
      3,
      "x",
      [1],
      { r: 1 },
      { r: null },
      { r: { posts: "2", last: DAY } },
      { r: { posts: 2, last: "?" } },
    ]) {
      expect(currentRules(stored, DAY)).toEqual({});
    }
    expect(parseRules([BUZZWORDS, 3, "", "x".repeat(101), undefined])).toEqual([BUZZWORDS]);
    expect(parseRules("Repute.Hype")).toEqual([]);
  });
});

describe("the store", () => {
  function memoryStore(): KeyValueStore & { stored: Map<string, string> } {
    const stored = new Map<string, string>();
    return {
      stored,
      get: async (name) => JSON.parse(stored.get(name) ?? "null") as unknown,
      set: async (name, value) => stored.set(name, JSON.stringify(value)),
    };
  }
  const result = { findings: [finding({ quote: "synergy" })], gate: OPEN };

  it("folds a tip away in a new page after three posts, and shows it again once it is turned on", async () => {
    const store = memoryStore();
    const seen = new SeenTips(store);
    await Promise.all([1, 2, 3].map(() => seen.posted({ left: [BUZZWORDS], fixed: [] })));
    expect((await new SeenTips(store).markSeen(result)).seen).toEqual([0]);
    expect(await seen.familiar()).toEqual([BUZZWORDS]);
    await seen.forget([BUZZWORDS]);
    expect((await new SeenTips(store).markSeen(result)).seen).toEqual([]);
    expect(await seen.familiar()).toEqual([]);
  });

  it("holds a rule's id, a number and a day, and no word of a text", async () => {
    const store = memoryStore();
    await new SeenTips(store).posted({ left: [BUZZWORDS], fixed: [] });
    expect(JSON.parse(store.stored.get("seen") ?? "")).toEqual({
      [BUZZWORDS]: { posts: 1, last: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) },
    });
  });

  it("does not fail the assessment if it cannot be read", async () => {
    const broken: KeyValueStore = {
      get: () => Promise.reject(new Error("gone")),
      set: () => Promise.reject(new Error("gone")),
    };
    expect((await new SeenTips(broken).markSeen(result)).seen).toEqual([]);
  });
});
