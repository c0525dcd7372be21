/** Spelling and grammar in the web composer: when the worker is started, what is remembered, and what failures lead to. */
import { beforeEach, expect, it, vi } from "vitest";
import { GrammarCheck } from "../../src/composer/grammar-check.js";
import type { CheckRequest, CheckResponse } from "../../src/grammar/messages.js";
import type { GrammarFinding } from "../../src/shared/grammar.js";

const FINDING: GrammarFinding = {
  rule: "Harper.SpellCheck",
  span: { start: 0, end: 8 },
  quote: "Definate",
  message: "Check the spelling.",
  severity: "grammar",
  replacements: ["Definite"],
};

class FakeWorker extends EventTarget {
  requests: CheckRequest[] = [];
  isTerminated = false;
  postMessage(request: CheckRequest): void {
    this.requests.push(request);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  respond(response: Omit<CheckResponse, "id">, to = 0): void {
    const { id } = this.requests[to] ?? { id: -1 };
    this.dispatchEvent(new MessageEvent("message", { data: { id, ...response } }));
  }
}

let workers: FakeWorker[];
const worker = (index = 0): FakeWorker => {
  const started = workers[index];
  if (!started) throw new Error("no worker was started");
  return started;
};
const open = (person = "7", storage: () => Storage = () => localStorage) =>
  new GrammarCheck({
    person,
    binary: "/static/built/harper.wasm?v=1",
    createWorker: () => {
      workers.push(new FakeWorker());
      return worker(workers.length - 1);
    },
    storage,
  });

beforeEach(() => {
  localStorage.clear();
  workers = [];
});

it("starts no worker before it is on and there is a draft", async () => {
  const check = open();
  expect(await check.check("Definate answer.")).toEqual({ ok: [] });
  check.change({ on: true });
  expect(workers).toEqual([]);
  const result = check.check("Definate answer.");
  worker().respond({ findings: [FINDING] });
  expect(await result).toEqual({ ok: [FINDING] });
  expect(worker().requests).toMatchObject([{ binary: "/static/built/harper.wasm?v=1", text: "Definate answer." }]);
});

it("uses one worker for all drafts, and gives each its own findings", async () => {
  const check = open();
  check.change({ on: true });
  const [first, second] = [check.check("Definate answer."), check.check("A plain answer.")];
  worker().respond({ findings: [] }, 1);
  worker().respond({ findings: [FINDING] }, 0);
  expect([await first, await second]).toEqual([{ ok: [FINDING] }, { ok: [] }]);
  expect(workers).toHaveLength(1);
});

it("ends the worker when it is turned off, and drops what it was checking", async () => {
  const check = open();
  check.change({ on: true });
  const result = check.check("Definate answer.");
  check.change({ on: false });
  expect(await result).toEqual({ error: "stale" });
  expect(worker().isTerminated).toBe(true);
  expect(check.hasFailed).toBe(false);
});

it("remembers on this device that it is on, and for each person their own words and rules", () => {
  open().change({ on: true, dialect: "indian", addWord: "crore", ruleOff: "Harper.AnA" });
  expect(open().settings).toEqual({ on: true, dialect: "indian", words: ["crore"], off: ["Harper.AnA"] });
  expect(open("8").settings).toEqual({ on: true, dialect: "indian", words: [], off: [] });
  expect(open("7").settings.words, "what a person has left behind is deleted for the next one").toEqual([]);
});

it.each(["", "{", "[]", '"on"', '{"on":"yes","dialect":"klingon"}', '{"words":[1,null]}'])(
  "ignores %j in the storage",
  (stored) => {
    localStorage.setItem("repute-grammar", stored);
    localStorage.setItem("repute-grammar:7", stored);
    const { on, words, off } = open().settings;
    expect({ on, words, off }).toEqual({ on: false, words: [], off: [] });
  },
);

it("works until the page is left where the browser blocks storage", () => {
  const check = open("7", () => {
    throw new DOMException("blocked", "SecurityError");
  });
  check.change({ on: true, addWord: "crore" });
  expect(check.settings).toMatchObject({ on: true, words: ["crore"] });
});

it("says that Harper could not be loaded, and tries again with the next draft", async () => {
  const check = open();
  check.change({ on: true });
  const onChange = vi.fn();
  check.onChange = onChange;
  const first = check.check("Definate answer.");
  worker().respond({});
  expect(await first).toEqual({ error: "unreachable" });
  expect(check.hasFailed).toBe(true);
  expect(onChange).toHaveBeenCalledTimes(1);
  // The script itself does not load.
  const second = check.check("Definate answer, again.");
  worker().dispatchEvent(new Event("error"));
  expect(await second).toEqual({ error: "unreachable" });
  const third = check.check("Definate answer, once more.");
  worker(1).respond({ findings: [] });
  expect(await third).toEqual({ ok: [] });
  expect(check.hasFailed).toBe(false);
  expect(onChange).toHaveBeenCalledTimes(2);
});
