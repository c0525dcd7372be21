/**
 * The queue of shares that the server has not acknowledged yet. Each has its own idempotency key, so that sending it again
 * after a lost response counts it once. The text is one that the rep has published and chosen to share.
 */

import type { components } from "../shared/api.js";
import { getMessage } from "../shared/messages.js";
import type { ShareState } from "../shared/protocol.js";
import { readShare, type Surface } from "../shared/wire.js";
import { ApiError } from "./api.js";
import { authorizedCall } from "./pairing.js";
import * as store from "./store.js";

type ShareIn = components["schemas"]["ShareIn"];

export interface PendingShare {
  key: string;
  surface: Surface;
  text: string;
  url: string | null;
  occurredAt: string;
}

export const pendingShares = async (): Promise<PendingShare[]> => (await store.queuedShares()) as PendingShare[];

/** Problems that pass by themselves or that the rep can resolve; the share is sent again with the same key. */
const TEMPORARY = new Set(["in-the-future", "notice-not-acknowledged"]);

/** By idempotency key: the pages that wait for the outcome of their share. */
const outcomeListeners = new Map<string, (outcome: ShareState) => void>();

/** Adds a share to the queue and returns the outcome of the first attempt to send it. */
export async function share(item: PendingShare): Promise<ShareState> {
  const outcome = new Promise<ShareState>((resolve) => outcomeListeners.set(item.key, resolve));
  await store.enqueue(item);
  await flush();
  outcomeListeners.get(item.key)?.({ state: "waiting", detail: "" });
  outcomeListeners.delete(item.key);
  return outcome;
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
    if (error.code !== "refused") return { state: "waiting", detail: "" };
    if (TEMPORARY.has(error.problem)) return { state: "waiting", detail: error.detail };
    await store.dequeue(share.key);
    return { state: "refused", detail: error.detail };
  }
}

/** Runs never overlap: each waits for the previous one. */
let lastRun: Promise<unknown> = Promise.resolve();

/** Sends the pending shares one at a time, oldest first. Returns whether any of them left the queue. */
export function flush(): Promise<boolean> {
  const run = lastRun.then(async () => {
    let hasChanged = false;
    for (const share of (await pendingShares()).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt))) {
      const outcome = await send(share);
      const notify = outcomeListeners.get(share.key);
      if (outcome.state === "waiting") {
        // Without a reason the server is out of reach, for the others as well.
        if (outcome.detail === "") break;
        notify?.(outcome);
        continue;
      }
      hasChanged = true;
      if (notify) notify(outcome);
      // The page that shared it is gone; the popup shows the refusal instead.
      else if (outcome.state === "refused") await store.set("refused", outcome.detail || getMessage("share_refused"));
    }
    return hasChanged;
  });
  lastRun = run.catch(() => null);
  return run;
}
