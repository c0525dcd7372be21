/**
 * Shares wait here until the server has acknowledged them. Each carries its idempotency key, so that sending it again
 * after a lost answer counts it once. The text is one the rep has published and chosen to share.
 */

import { getMessage } from "../shared/messages.js";
import type { ShareState } from "../shared/protocol.js";
import { readShare, type Surface } from "../shared/wire.js";
import { ApiError } from "./api.js";
import { authorizedCall } from "./pairing.js";
import * as store from "./store.js";

export interface PendingShare {
  key: string;
  surface: Surface;
  text: string;
  url: string | null;
  occurredAt: string;
}

export const pendingShares = async (): Promise<PendingShare[]> => (await store.queuedShares()) as PendingShare[];

/** Those who wait to hear what became of their share. */
const outcomeListeners = new Map<string, (became: ShareState) => void>();

/** Puts a share into the queue, and tells what the first try to send it came to. */
export async function share(item: PendingShare): Promise<ShareState> {
  const became = new Promise<ShareState>((resolve) => outcomeListeners.set(item.key, resolve));
  await store.enqueue(item);
  await flush();
  outcomeListeners.get(item.key)?.({ state: "waiting" });
  outcomeListeners.delete(item.key);
  return became;
}

async function send(share: PendingShare): Promise<ShareState> {
  try {
    const accepted = await authorizedCall({
      method: "POST",
      path: "/api/v1/shares",
      idempotencyKey: share.key,
      body: { surface: share.surface, text: share.text, url: share.url, occurred_at: share.occurredAt },
      read: readShare,
    });
    await store.dequeue(share.key);
    return { state: "sent", share: accepted };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code !== "refused") return { state: "waiting" };
    await store.dequeue(share.key);
    return { state: "refused", detail: error.detail };
  }
}

let last: Promise<unknown> = Promise.resolve();

/** Sends all that waits, one after the other, oldest first. Whether any of it left the queue. */
export function flush(): Promise<boolean> {
  const run = last.then(async () => {
    let left = false;
    for (const share of (await pendingShares()).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt))) {
      const became = await send(share);
      if (became.state === "waiting") break;
      left = true;
      const tell = outcomeListeners.get(share.key);
      if (tell) tell(became);
      // The page that asked is long gone; the popup says it instead.
      else if (became.state === "refused") await store.set("refused", became.detail || getMessage("share_refused"));
    }
    return left;
  });
  last = run.catch(() => null);
  return run;
}
