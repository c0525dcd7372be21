/** Why a share waits, in the same words in the card, right after posting, and in the popup, which is there later. */
import { getCountMessage, getMessage } from "./messages.js";

/** What the rep has to resolve comes first; the rest passes without them. */
export const WAITING_REASONS = [
  "notice",
  "clock",
  "unpaired",
  "offline",
  "unreachable",
  "busy",
  "too-many",
  "server-problem",
  "sending",
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** How many shares wait for one reason. */
export interface WaitingShares {
  reason: WaitingReason;
  count: number;
}

/** Not while another attempt cannot succeed: offline, unpaired, or soon after too many requests. */
const RETRYABLE: ReadonlySet<WaitingReason> = new Set(["notice", "clock", "unreachable", "busy", "server-problem"]);

export const isRetryable = ({ reason }: WaitingShares): boolean => RETRYABLE.has(reason);

export const countWaiting = (waiting: WaitingShares[]): number => waiting.reduce((sum, { count }) => sum + count, 0);

/** One entry for each reason, in the order of `WAITING_REASONS`. */
export const groupByReason = (reasons: WaitingReason[]): WaitingShares[] =>
  WAITING_REASONS.map((reason) => ({ reason, count: reasons.filter((other) => other === reason).length })).filter(
    ({ count }) => count > 0,
  );

export const describeReason = (reason: WaitingReason): string => getMessage(`waiting_${reason}`);

/** About the share that was just made. */
export const waitingSentence = (reason: WaitingReason): string =>
  getMessage("share_waiting", { reason: describeReason(reason) });

/** About all shares that wait for this reason. */
export const waitingSharesSentence = ({ reason, count }: WaitingShares): string =>
  getCountMessage("waiting_count", count, { reason: describeReason(reason) });
