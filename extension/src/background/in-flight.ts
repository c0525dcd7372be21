/** The requests in flight: at most one for each draft and purpose. */
type Sender = chrome.runtime.MessageSender;

/** What a change of the text makes outdated; a suggestion has its own end. */
const PURPOSES = ["assess", "compare", "grammar"] as const;
type Purpose = (typeof PURPOSES)[number] | "suggest";

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

export function cancelOne(sender: Sender, draft: string, purpose: Purpose): void {
  inFlight.get(requestKey(sender, draft, purpose))?.abort();
}

export function cancelAll(sender: Sender, draft: string): void {
  for (const purpose of PURPOSES) cancelOne(sender, draft, purpose);
}
