/**
 * The queue of shares that the server has not acknowledged yet. Each has its own idempotency key, so that sending it again
 * after a lost response counts it once. The text is one that the rep has published and chosen to share.
 */

import type { components } from "../shared/api.js";
import { getMessage } from "../shared/messages.js";
import type { ShareState } from "../shared/protocol.js";
import type { WaitingReason } from "../shared/waiting.js";
import { type PostSurface, readShare } from "../shared/wire.js";
import { ApiError } from "./api.js";
import { authorizedCall } from "./pairing.js";
import { recordOutcome } from "./sent-log.js";
import * as store from "./store.js";
import { isRefusal, waitingReason } from "./waiting-reason.js";

type ShareIn = components["schemas"]["ShareIn"];

export interface NewShare {
  key: string;
  surface: PostSurface;
  text: string;
  url: string | null;
  occurredAt: string;
  /** The tab whose page shares it; it is told once a share that had to wait is sent. */
  tab?: number | undefined;
}

/** `reason`: why it still waits, as of the last attempt to send it. */
export interface PendingShare extends NewShare {
  reason: WaitingReason;
}

/** Rows of earlier versions have no reason. */
export const pendingShares = async (): Promise<PendingShare[]> =>
  ((await store.queuedShares()) as (NewShare & Partial<PendingShare>)[]).map((row) => ({ reason: "sending", ...row }));

/** By idempotency key: the pages that wait for the outcome of their share. */
const outcomeListeners = new Map<string, (outcome: ShareState) => void>();

type LateOutcome = (tab: number, key: string, outcome: ShareState) => void;
let reportLateOutcome: LateOutcome = () => undefined;

/** Calls `report` with the outcome of each share whose page has been told that it waits. */
export function onLateOutcome(report: LateOutcome): void {
  reportLateOutcome = report;
}

/** Adds a share to the queue and returns the outcome of the first attempt to send it. */
export async function share(item: NewShare): Promise<ShareState> {
  const outcome = new Promise<ShareState>((resolve) => outcomeListeners.set(item.key, resolve));
  const pending: PendingShare = { ...item, reason: "sending" };
  await store.enqueue(pending);
  await flush();
  // Resolved already, unless the queue was emptied because the rep signed out.
  outcomeListeners.get(item.key)?.({ state: "waiting", reason: "unpaired" });
  outcomeListeners.delete(item.key);
  return outcome;
}

/** A share that was dated by a clock running ahead gets the present time once the clock is set. The server has refused it, so
 * nothing is stored under its key, and its body may change. */
async function correctTime(share: PendingShare): Promise<PendingShare> {
  const occurredAt = new Date().toISOString();
  if (share.reason !== "clock" || share.occurredAt <= occurredAt) return share;
  await store.updateQueued(share.key, { occurredAt });
  return { ...share, occurredAt };
}

async function send(share: PendingShare): Promise<ShareState> {
  try {
    const accepted = await authorizedCall({
      method: "POST",
      path: "/api/v1/shares",
      idempotencyKey: share.key,
      body: { surface: share.surface, text: share.text, url: share.url, occurred_at: share.occurredAt } satisfies ShareIn,
      read: readShare,
    });
    await store.dequeue(share.key);
    return { state: "sent", share: accepted };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reason = waitingReason(error);
    if (reason !== null) return { state: "waiting", reason };
    await store.dequeue(share.key);
    return { state: "refused", detail: error.detail };
  }
}

/** Stores why a share waits. Returns whether that is news. */
async function keepWaiting(share: PendingShare, reason: WaitingReason): Promise<boolean> {
  outcomeListeners.get(share.key)?.({ state: "waiting", reason });
  if (share.reason === reason) return false;
  await store.updateQueued(share.key, { reason });
  await recordOutcome(share.key, { state: "waiting", reason });
  return true;
}

/** Runs never overlap: each waits for the previous one. */
let lastRun: Promise<unknown> = Promise.resolve();

/** Sends the pending shares one at a time, oldest first. Returns whether the queue has changed: its shares or why they wait. */
export function flush(): Promise<boolean> {
  const run = lastRun.then(async () => {
    let hasChanged = false;
    /** Why no share can be sent; the rest then wait for the same reason. */
    let obstacle: WaitingReason | null = null;
    for (const share of (await pendingShares()).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt))) {
      if (obstacle !== null) {
        // A refusal still holds.
        if (await keepWaiting(share, isRefusal(share.reason) ? share.reason : obstacle)) hasChanged = true;
        continue;
      }
      const outcome = await send(await correctTime(share));
      if (outcome.state === "waiting") {
        if (await keepWaiting(share, outcome.reason)) hasChanged = true;
        if (!isRefusal(outcome.reason)) obstacle = outcome.reason;
        continue;
      }
      hasChanged = true;
      await recordOutcome(share.key, outcome);
      const notify = outcomeListeners.get(share.key);
      if (notify) {
        notify(outcome);
        continue;
      }
      if (share.tab !== undefined) reportLateOutcome(share.tab, share.key, outcome);
      // The page that shared it may be gone, so the popup shows a refusal as well.
      if (outcome.state === "refused") await store.set("refused", outcome.detail || getMessage("share_refused"));
    }
    return hasChanged;
  });
  lastRun = run.catch(() => null);
  return run;
}
