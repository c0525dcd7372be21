import { expect, test } from "vitest";
import { IgnoredTips, type KeyValueStore } from "../../src/shared/ignored.js";
import type { Assessment } from "../../src/shared/wire.js";

const TEXT = "We leverage our synergy. We leverage it.";
const ABOUT = [
  { rule: "Repute.PlainWords", span: { offset: 3, length: 8 } },
  { rule: "Repute.Buzzwords", span: { offset: 16, length: 7 } },
  { rule: "Repute.PlainWords", span: { offset: 28, length: 8 } },
  { rule: "Repute.NoQuestion", span: null },
];
const ANSWER = { findings: ABOUT } as unknown as Assessment;

function shelf(): KeyValueStore & { kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name) => JSON.parse(kept.get(name) ?? "null") as unknown,
    set: async (name, value) => kept.set(name, JSON.stringify(value)),
  };
}

const marked = async (ignored: IgnoredTips): Promise<number[]> => (await ignored.markIgnored(ANSWER, TEXT)).ignored;

test("an ignored tip stays ignored for the same words in a new page", async () => {
  const on = shelf();
  await new IgnoredTips(on).add({ rule: "Repute.PlainWords", words: "leverage" });
  expect(await marked(new IgnoredTips(on))).toEqual([0, 2]);
  await new IgnoredTips(on).remove([{ rule: "Repute.PlainWords", words: "leverage" }]);
  expect(await marked(new IgnoredTips(on))).toEqual([]);
});

test("ignoring a tip does not ignore another rule or other words", async () => {
  const ignored = new IgnoredTips(shelf());
  await ignored.add({ rule: "Repute.Hedging", words: "leverage" });
  await ignored.add({ rule: "Repute.PlainWords", words: "utilise" });
  expect(await marked(ignored)).toEqual([]);
});

test("an ignored tip about the whole text is not remembered", async () => {
  const ignored = new IgnoredTips(shelf());
  await ignored.add({ rule: "Repute.NoQuestion", words: "" });
  expect(await marked(ignored)).toEqual([]);
});

test("ignored tips are stored as hashes that differ between devices", async () => {
  const [one, other] = [shelf(), shelf()];
  for (const on of [one, other]) await new IgnoredTips(on).add({ rule: "Repute.Buzzwords", words: "synergy" });
  expect([...one.kept.values()].join()).not.toMatch(/synergy|Buzzwords/);
  expect(one.kept.get("ignored")).not.toEqual(other.kept.get("ignored"));
});

test("concurrent changes are all stored, up to a thousand hashes", async () => {
  const on = shelf();
  const ignored = new IgnoredTips(on);
  await Promise.all(Array.from({ length: 1_005 }, (_, at) => ignored.add({ rule: "Repute.Buzzwords", words: `word ${at}` })));
  await ignored.add({ rule: "Repute.Buzzwords", words: "synergy" });
  expect(JSON.parse(on.kept.get("ignored") ?? "[]")).toHaveLength(1_000);
  expect(await marked(ignored)).toEqual([1]);
});

test("an unreadable store does not fail the assessment", async () => {
  const broken: KeyValueStore = { get: () => Promise.reject(new Error("gone")), set: () => Promise.reject(new Error("gone")) };
  expect(await marked(new IgnoredTips(broken))).toEqual([]);
});
