import { expect, it } from "vitest";
import {
  countWaiting,
  groupByReason,
  isRetryable,
  WAITING_REASONS,
  waitingSentence,
  waitingSharesSentence,
} from "../../src/shared/waiting.js";

it.each(WAITING_REASONS)("says the same of %s in the card and in the popup, in one sentence", (reason) => {
  const [card, one, many] = [
    waitingSentence(reason),
    waitingSharesSentence({ reason, count: 1 }),
    waitingSharesSentence({ reason, count: 12 }),
  ];
  expect(card).toMatch(/^Waiting: [^.!?{}]+\.$/);
  const description = card.slice("Waiting: ".length);
  expect(one).toBe(`1 post is waiting: ${description}`);
  expect(many).toBe(`12 posts are waiting: ${description}`);
});

it("has a sentence of its own for each reason", () => {
  expect(new Set(WAITING_REASONS.map(waitingSentence)).size).toBe(WAITING_REASONS.length);
});

it("counts the shares of each reason, and lists first what the rep has to resolve", () => {
  const waiting = groupByReason(["unreachable", "clock", "unreachable"]);
  expect(waiting).toEqual([
    { reason: "clock", count: 1 },
    { reason: "unreachable", count: 2 },
  ]);
  expect(countWaiting(waiting)).toBe(3);
  expect(groupByReason([])).toEqual([]);
});

it("offers another attempt only where it can succeed", () => {
  expect(WAITING_REASONS.filter((reason) => !isRetryable({ reason, count: 1 }))).toEqual([
    "unpaired",
    "offline",
    "too-many",
    "sending",
  ]);
});
