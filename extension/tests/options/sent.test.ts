import { expect, it } from "vitest";
import { describeSent } from "../../src/options/sent.js";
import type { SentEntry } from "../../src/shared/protocol.js";

const entry = (outcome?: SentEntry["outcome"]): SentEntry => ({
  at: "2026-11-29T10:00:00Z",
  surface: "x-post",
  what: "share",
  size: 40,
  ...(outcome ? { outcome } : {}),
});

it.each<[SentEntry["outcome"], string]>([
  [{ state: "counted", reason: "" }, "counted post"],
  [{ state: "held", reason: "Say that you work there" }, "post on hold: Say that you work there"],
  [{ state: "duplicate", reason: "" }, "post not counted: No credit for this one."],
  [{ state: "refused", reason: "It is too old" }, "post not counted: It is too old"],
  [{ state: "withdrawn" }, "withdrawn post"],
  // As logged by an earlier version, which did not keep the outcome.
  [undefined, "post"],
])("says of a share what became of it: %j", (outcome, words) => {
  expect(describeSent(entry(outcome))).toBe(words);
});

it("says why a share waits", () => {
  expect(describeSent(entry({ state: "waiting", reason: "notice" }))).toContain("post waiting: read the privacy notice once");
});
