/**
 * Shares wait here until the server has acknowledged them. Each carries its idempotency key, so that sending it again
 * after a lost answer counts it once. The text is one the rep has published and chosen to share.
 */
import type { ShareState } from "../shared/protocol.js";
import { type Surface, readShare } from "../shared/wire.js";
import { ApiError } from "./api.js";
import { authorised } from "./pairing.js";
import * as store from "./store.js";

export interface Waiting {
  key: string;
  surface: Surface;
  text: string;
  url: string | null;
  occurredAt: string;
}

export const waiting = async (): Promise<Waiting[]> => (await store.queued()) as Waiting[];
export const add = (share: Waiting): Promise<unknown> => store.enqueue(share);

async function send(share: Waiting): Promise<ShareState> {
  try {
    const accepted = await authorised({
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

/** Sends all that waits, one after the other, oldest first. Answers what became of each. */
export function flush(): Promise<Map<string, ShareState>> {
  const run = last.then(async () => {
    const results = new Map<string, ShareState>();
    const shares = (await waiting()).sort((a, b) => a.occurredAt.localeCompare(b.occurredAt));
    for (const share of shares) {
      const result = await send(share);
      results.set(share.key, result);
      if (result.state === "waiting") break;
    }
    return results;
  });
  last = run.catch(() => null);
  return run;
}
