/** What the rep is told of a share: that it waits only if it does. */
import { beforeEach, expect, it, vi } from "vitest";
import type { ErrorCode, Result } from "../../src/shared/result.js";

const worker = vi.hoisted(() => ({ answer: {} as unknown }));
vi.mock("../../src/shared/protocol.js", () => ({ request: async () => worker.answer as Result<unknown> }));

const { Posted } = await import("../../src/content/posted.js");

let posted: InstanceType<typeof Posted>;
beforeEach(() => {
  posted = new Posted("x-post", "Seven calls today", () => undefined);
});

it("says why a queued share waits", async () => {
  worker.answer = { ok: { state: "waiting", reason: "clock" } };
  await posted.choose("this", null);
  expect(posted.prompt).toEqual({ state: "waiting", reason: "clock" });
});

it.each<ErrorCode>(["unpaired", "paused", "reloaded"])(
  "does not claim that a share waits which is not queued: %s",
  async (error) => {
    worker.answer = { error };
    await posted.choose("this", null);
    expect(posted.prompt).toMatchObject({ state: "refused", detail: expect.stringContaining("Not sent") });
  },
);

it("tells of a share that had to wait once it is sent", async () => {
  const share = { id: 3, state: "counted" as const, entry: null, reason: null };
  posted.updateOutcome({ state: "sent", share });
  expect(posted.prompt.state).toBe("ask");
  worker.answer = { ok: { state: "waiting", reason: "notice" } };
  await posted.choose("this", null);
  posted.updateOutcome({ state: "sent", share });
  expect(posted.prompt).toEqual({ state: "sent", share });
});

it("tells of a share under way when the browser stops the worker", async () => {
  worker.answer = { error: "unreachable" };
  await posted.choose("this", null);
  expect(posted.prompt).toEqual({ state: "waiting", reason: "sending" });
});
