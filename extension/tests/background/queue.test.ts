/** The queue of shares: what leaves it, and what is kept for another attempt. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../src/background/api.js";

vi.hoisted(() => Object.assign(globalThis, { __BACKEND__: "https://repute.example" }));
const server = vi.hoisted(() => ({ answer: (_body: { text: string; occurred_at: string }): unknown => null }));
const rows = vi.hoisted(() => new Map<string, object>());

vi.mock("../../src/background/pairing.js", () => ({
  authorizedCall: async (request: { body: { text: string; occurred_at: string } }) => server.answer(request.body),
}));
vi.mock("../../src/background/store.js", () => ({
  queuedShares: async () => [...rows.values()],
  enqueue: async (item: { key: string }) => rows.set(item.key, item),
  updateQueued: async (key: string, changes: object) => {
    const row = rows.get(key);
    if (row) rows.set(key, { ...row, ...changes });
  },
  dequeue: async (key: string) => rows.delete(key),
  set: async () => undefined,
}));
/** What the log of what was sent says of each share. */
const logged = vi.hoisted(() => new Map<string, object>());
vi.mock("../../src/background/sent-log.js", () => ({
  recordOutcome: async (key: string, outcome: object) => logged.set(key, outcome),
}));

const { flush, onLateOutcome, pendingShares, share } = await import("../../src/background/queue.js");

const item = (key: string, occurredAt: string) => ({
  key,
  surface: "linkedin-post" as const,
  text: key,
  url: null,
  occurredAt,
});
const refuse = (problem: string, detail = "") => {
  throw new ApiError("refused", detail, problem);
};
const reasons = async () => Object.fromEntries((await pendingShares()).map(({ key, reason }) => [key, reason]));

beforeEach(() => rows.clear());

it.each([
  ["notice-not-acknowledged", "notice"],
  ["in-the-future", "clock"],
])("keeps a share after %s and says why", async (problem, reason) => {
  server.answer = () => refuse(problem);
  expect(await share(item("a", "2026-11-29T10:00:00Z"))).toEqual({ state: "waiting", reason });
  expect(await reasons()).toEqual({ a: reason });

  server.answer = () => ({ id: 1 });
  expect(await flush()).toBe(true);
  expect(rows.size).toBe(0);
});

it("logs a share as sent only once the server has accepted it, and then tells its page", async () => {
  const late: unknown[] = [];
  onLateOutcome((...outcome) => late.push(outcome));
  server.answer = () => refuse("notice-not-acknowledged");
  await share({ ...item("a", "2026-11-29T10:00:00Z"), tab: 7 });
  expect(logged.get("a")).toEqual({ state: "waiting", reason: "notice" });
  expect(late).toEqual([]);

  server.answer = () => ({ id: 1, state: "counted" });
  await flush();
  const sent = { state: "sent", share: { id: 1, state: "counted" } };
  expect(logged.get("a")).toEqual(sent);
  expect(late).toEqual([[7, "a", sent]]);
});

it("logs a share that the server refuses as refused", async () => {
  server.answer = () => refuse("protected-talk", "The coach does not assess this");
  await share(item("a", "2026-11-29T10:00:00Z"));
  expect(logged.get("a")).toEqual({ state: "refused", detail: "The coach does not assess this" });
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
  server.answer = ({ text }) => (text === "ahead" ? refuse("in-the-future") : { id: 2 });
  expect(await share(item("b", "2026-11-29T10:00:00Z"))).toMatchObject({ state: "sent" });
  expect([...rows.keys()]).toEqual(["ahead"]);
});

describe("while the server cannot be reached", () => {
  let attempts: string[];
  beforeEach(() => {
    attempts = [];
    server.answer = ({ text }) => {
      attempts.push(text);
      throw new ApiError("unreachable");
    };
  });

  it("keeps everything, and tries only the oldest", async () => {
    rows.set("a", { ...item("a", "2026-11-28T10:00:00Z"), reason: "busy" });
    rows.set("b", { ...item("b", "2026-11-28T11:00:00Z"), reason: "notice" });
    expect(await share(item("c", "2026-11-29T10:00:00Z"))).toEqual({ state: "waiting", reason: "unreachable" });
    expect(attempts).toEqual(["a"]);
    expect(await reasons()).toEqual({ a: "unreachable", b: "notice", c: "unreachable" });
  });

  it("reports a change only if the reason is another one", async () => {
    rows.set("a", { ...item("a", "2026-11-28T10:00:00Z"), reason: "offline" });
    expect([await flush(), await flush()]).toEqual([true, false]);
  });

  it("does not bring back a share whose rep has signed out meanwhile", async () => {
    rows.set("a", item("a", "2026-11-28T10:00:00Z"));
    server.answer = () => {
      rows.clear();
      throw new ApiError("unreachable");
    };
    await flush();
    expect(rows.size).toBe(0);
  });
});

it("reads a share that an earlier version has queued", async () => {
  rows.set("a", item("a", "2026-11-28T10:00:00Z"));
  expect(await reasons()).toEqual({ a: "sending" });
});

describe("the time of a share", () => {
  const NOW = "2026-11-29T10:00:00.000Z";
  const AHEAD = "2026-12-25T10:00:00.000Z";
  const EARLIER = "2026-11-29T09:00:00.000Z";
  let times: string[];
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(NOW) });
    times = [];
    server.answer = ({ occurred_at }) => {
      times.push(occurred_at);
      throw new ApiError("unreachable");
    };
  });
  afterEach(() => void vi.useRealTimers());

  it("is corrected once the clock that was ahead is set, and then stays the same", async () => {
    rows.set("a", { ...item("a", AHEAD), reason: "clock" });
    await flush();
    vi.setSystemTime(new Date("2026-11-29T11:00:00.000Z"));
    await flush();
    expect(times).toEqual([NOW, NOW]);
  });

  it.each([
    ["it has passed", EARLIER, "clock"],
    ["the server may already have stored the share", AHEAD, "unreachable"],
  ])("stays as it was if %s", async (_, occurredAt, reason) => {
    rows.set("a", { ...item("a", occurredAt), reason });
    await flush();
    expect(times).toEqual([occurredAt]);
  });
});
