import { expect, test } from "vitest";
import { IgnoredTips, type KeyValueStore } from "../../src/shared/ignored.js";
import type { Assessment } from "../../src/shared/wire.js";

const TEXT = "We leverage our synergy. We leverage it.";
const FINDINGS = [
  { rule: "Repute.PlainWords", span: { start: 3, end: 11 } },
  { rule: "Repute.Buzzwords", span: { start: 16, end: 23 } },
  { rule: "Repute.PlainWords", span: { start: 28, end: 36 } },
  { rule: "Repute.StackedQuestions", span: null },
];
const RESPONSE = { findings: FINDINGS } as unknown as Assessment;

function memoryStore(): KeyValueStore & { stored: Map<string, string> } {
  const stored = new Map<string, string>();
  return {
    stored,
    get: async (name) => JSON.parse(stored.get(name) ?? "null") as unknown,
    set: async (name, value) => stored.set(name, JSON.stringify(value)),
  };
}

const ignoredIndexes = async (ignored: IgnoredTips): Promise<number[]> => (await ignored.markIgnored(RESPONSE, TEXT)).ignored;

test("an ignored tip stays ignored for the same words in a new page", async () => {
  const store = memoryStore();
  await new IgnoredTips(store).add({ rule: "Repute.PlainWords", words: "leverage" });
  expect(await ignoredIndexes(new IgnoredTips(store))).toEqual([0, 2]);
  await new IgnoredTips(store).remove([{ rule: "Repute.PlainWords", words: "leverage" }]);
  expect(await ignoredIndexes(new IgnoredTips(store))).toEqual([]);
});

test("ignoring a tip does not ignore another rule or other words", async () => {
  const ignored = new IgnoredTips(memoryStore());
  await ignored.add({ rule: "Repute.Hedging", words: "leverage" });
  await ignored.add({ rule: "Repute.PlainWords", words: "utilise" });
  expect(await ignoredIndexes(ignored)).toEqual([]);
});

test("an ignored tip about the whole text is not remembered", async () => {
  const ignored = new IgnoredTips(memoryStore());
  await ignored.add({ rule: "Repute.StackedQuestions", words: "" });
  expect(await ignoredIndexes(ignored)).toEqual([]);
});

test("ignored tips are stored as hashes that differ between devices", async () => {
  const [first, second] = [memoryStore(), memoryStore()];
  for (const store of [first, second]) await new IgnoredTips(store).add({ rule: "Repute.Buzzwords", words: "synergy" });
  expect([...first.stored.values()].join()).not.toMatch(/synergy|Buzzwords/);
  expect(first.stored.get("ignored")).not.toEqual(second.stored.get("ignored"));
});

test("concurrent changes are all stored, up to a thousand hashes", async () => {
  const store = memoryStore();
  const ignored = new IgnoredTips(store);
  await Promise.all(
    Array.from({ length: 1_005 }, (_, index) => ignored.add({ rule: "Repute.Buzzwords", words: `word ${index}` })),
  );
  await ignored.add({ rule: "Repute.Buzzwords", words: "synergy" });
  expect(JSON.parse(store.stored.get("ignored") ?? "[]")).toHaveLength(1_000);
  expect(await ignoredIndexes(ignored)).toEqual([1]);
});

test("an unreadable store does not fail the assessment", async () => {
  const broken: KeyValueStore = { get: () => Promise.reject(new Error("gone")), set: () => Promise.reject(new Error("gone")) };
  expect(await ignoredIndexes(new IgnoredTips(broken))).toEqual([]);
});
