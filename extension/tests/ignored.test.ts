import { expect, test } from "vitest";
import { IgnoredTips, type KeyValueStore } from "../src/shared/ignored.js";
import type { Assessment } from "../src/shared/wire.js";

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

test("the same tip for the same words stays away when everything is opened anew", async () => {
  const on = shelf();
  await new IgnoredTips(on).add({ rule: "Repute.PlainWords", words: "leverage" });
  expect(await marked(new IgnoredTips(on))).toEqual([0, 2]);
  await new IgnoredTips(on).remove([{ rule: "Repute.PlainWords", words: "leverage" }]);
  expect(await marked(new IgnoredTips(on))).toEqual([]);
});

test("another rule about the same words, and the same rule about others, still speak", async () => {
  const ignored = new IgnoredTips(shelf());
  await ignored.add({ rule: "Repute.Hedging", words: "leverage" });
  await ignored.add({ rule: "Repute.PlainWords", words: "utilise" });
  expect(await marked(ignored)).toEqual([]);
});

test("a tip about a whole text is of that text alone", async () => {
  const ignored = new IgnoredTips(shelf());
  await ignored.add({ rule: "Repute.NoQuestion", words: "" });
  expect(await marked(ignored)).toEqual([]);
});

test("no word is kept, and two devices keep different things", async () => {
  const [one, other] = [shelf(), shelf()];
  for (const on of [one, other]) await new IgnoredTips(on).add({ rule: "Repute.Buzzwords", words: "synergy" });
  expect([...one.kept.values()].join()).not.toMatch(/synergy|Buzzwords/);
  expect(one.kept.get("ignored")).not.toEqual(other.kept.get("ignored"));
});

test("tips ignored at once are all remembered, and a thousand at most", async () => {
  const on = shelf();
  const ignored = new IgnoredTips(on);
  await Promise.all(Array.from({ length: 1_005 }, (_, at) => ignored.add({ rule: "Repute.Buzzwords", words: `word ${at}` })));
  await ignored.add({ rule: "Repute.Buzzwords", words: "synergy" });
  expect(JSON.parse(on.kept.get("ignored") ?? "[]")).toHaveLength(1_000);
  expect(await marked(ignored)).toEqual([1]);
});

test("a shelf that cannot be read costs no answer", async () => {
  const broken: KeyValueStore = { get: () => Promise.reject(new Error("gone")), set: () => Promise.reject(new Error("gone")) };
  expect(await marked(new IgnoredTips(broken))).toEqual([]);
});
