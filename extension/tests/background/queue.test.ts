/** The queue of shares: what leaves it, and what is kept for another attempt. */
import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../../src/background/api.js";

vi.hoisted(() => Object.assign(globalThis, { __BACKEND__: "https://repute.example" }));
const server = vi.hoisted(() => ({ answer: (_body: { text: string }): unknown => null }));
const rows = vi.hoisted(() => new Map<string, unknown>());

vi.mock("../../src/background/pairing.js", () => ({
  authorizedCall: async (request: { body: { text: string } }) => server.answer(request.body),
}));
vi.mock("../../src/background/store.js", () => ({
  queuedShares: async () => [...rows.values()],
  enqueue: async (item: { key: string }) => rows.set(item.key, item),
  dequeue: async (key: string) => rows.delete(key),
  set: async () => undefined,
}));

const { flush, share } = await import("../../src/background/queue.js");

const item = (key: string, occurredAt: string) => ({
  key,
  surface: "linkedin-post" as const,
  text: key,
  url: null,
  occurredAt,
});
const refuse = (problem: string, detail: string) => {
  throw new ApiError("refused", detail, problem);
};

beforeEach(() => rows.clear());

it.each([
  ["notice-not-acknowledged", "Read the notice first"],
  ["in-the-future", "check this computer's clock"],
])("keeps a share after %s and says why", async (problem, detail) => {
  server.answer = () => refuse(problem, detail);
  expect(await share(item("a", "2026-11-29T10:00:00Z"))).toEqual({ state: "waiting", detail });
  expect([...rows.keys()]).toEqual(["a"]);

  server.answer = () => ({ id: 1 });
  expect(await flush()).toBe(true);
  expect(rows.size).toBe(0);
});

it("drops a share that a repetition would not change", async () => {
  server.answer = () => refuse("protected-talk", "The coach does not assess this");
  expect(await share(item("a", "2026-11-29T10:00:00Z"))).toEqual({
    state: "refused",
    detail: "The coach does not assess this",
  });
  expect(rows.size).toBe(0);
});

it("sends the others past a share that has to wait", async () => {
  rows.set("ahead", item("ahead", "2026-11-28T10:00:00Z"));
  server.answer = ({ text }) => (text === "ahead" ? refuse("in-the-future", "check") : { id: 2 });
  expect(await share(item("b", "2026-11-29T10:00:00Z"))).toMatchObject({ state: "sent" });
  expect([...rows.keys()]).toEqual(["ahead"]);
});

it("keeps everything while the server cannot be reached", async () => {
  server.answer = () => {
    throw new ApiError("unreachable");
  };
  expect(await share(item("a", "2026-11-29T10:00:00Z"))).toEqual({ state: "waiting", detail: "" });
  expect([...rows.keys()]).toEqual(["a"]);
});
