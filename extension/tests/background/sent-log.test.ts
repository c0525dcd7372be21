/** The log of what was sent, with what became of each share. */
import { beforeEach, expect, it, vi } from "vitest";
import type { SentEntry } from "../../src/shared/protocol.js";

const entries = vi.hoisted(() => [] as object[]);
vi.mock("../../src/background/store.js", () => ({
  logSent: async (entry: object) => entries.push(entry),
  updateSent: async (matches: (entry: unknown) => boolean, changes: object) => {
    const index = entries.findLastIndex(matches);
    if (index >= 0) entries[index] = { ...entries[index], ...changes };
  },
  sentLog: async () => [...entries],
}));

const { logSent, logShare, recordOutcome, recordWithdrawal, sentEntries } = await import("../../src/background/sent-log.js");
const outcomes = async () => (await sentEntries()).map(({ outcome }: SentEntry) => outcome);
const share = (state: "counted" | "held", reason: string | null) => ({ id: 5, state, entry: null, reason });

beforeEach(() => {
  entries.length = 0;
});

it("calls a share counted only after the server has counted it", async () => {
  await logShare("a", "x-post", 40);
  await logSent("draft", "x-post", 12);
  expect(await outcomes()).toEqual([{ state: "waiting", reason: "sending" }, undefined]);
  await recordOutcome("a", { state: "waiting", reason: "notice" });
  expect(await outcomes()).toEqual([{ state: "waiting", reason: "notice" }, undefined]);
  await recordOutcome("a", { state: "sent", share: share("counted", null) });
  expect(await outcomes()).toEqual([{ state: "counted", reason: "" }, undefined]);
});

it("keeps the server's reason for a share that is on hold or refused", async () => {
  await logShare("a", "x-post", 40);
  await recordOutcome("a", { state: "sent", share: share("held", "Say that you work there") });
  await logShare("b", "x-post", 40);
  await recordOutcome("b", { state: "refused", detail: "It is too old" });
  expect(await outcomes()).toEqual([
    { state: "held", reason: "Say that you work there" },
    { state: "refused", reason: "It is too old" },
  ]);
});

it("records a withdrawal at the share with the server's id", async () => {
  await logShare("a", "x-post", 40);
  await recordOutcome("a", { state: "sent", share: share("counted", null) });
  await logShare("b", "x-post", 40);
  await recordWithdrawal(5);
  expect(await outcomes()).toEqual([{ state: "withdrawn" }, { state: "waiting", reason: "sending" }]);
});
