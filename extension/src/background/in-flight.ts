/** The requests in flight: at most one for each draft and purpose. */
type Sender = chrome.runtime.MessageSender;

const PURPOSES = ["assess", "compare", "grammar"] as const;
type Purpose = (typeof PURPOSES)[number];

const inFlight = new Map<string, AbortController>();

const requestKey = ({ tab, frameId }: Sender, draft: string, purpose: Purpose): string =>
  `${tab?.id}:${frameId}:${draft}:${purpose}`;

/** Aborts the draft's request in flight for this purpose, if any, and sends the newer one. */
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
