/** Requests about drafts that are under way: of each purpose at most one for one draft. */
type Sender = chrome.runtime.MessageSender;

const PURPOSES = ["assess", "compare", "grammar"] as const;
type Purpose = (typeof PURPOSES)[number];

const inFlight = new Map<string, AbortController>();

const requestKey = ({ tab, frameId }: Sender, draft: string, purpose: Purpose): string =>
  `${tab?.id}:${frameId}:${draft}:${purpose}`;

/** Aborts the request of this purpose that is in flight for the draft, and sends the newer one. */
export async function latestOnly<T>(
  sender: Sender,
  draft: string,
  purpose: Purpose,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const key = requestKey(sender, draft, purpose);
  inFlight.get(key)?.abort();
  const controller = new AbortController();
  inFlight.set(key, controller);
  try {
    return await send(controller.signal);
  } finally {
    if (inFlight.get(key) === controller) inFlight.delete(key);
  }
}

export function cancelAll(sender: Sender, draft: string): void {
  for (const purpose of PURPOSES) inFlight.get(requestKey(sender, draft, purpose))?.abort();
}
