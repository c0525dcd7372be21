/** The log of what was sent, which the options page shows. It never holds a text. */
import type { SentEntry, ShareOutcome, ShareState } from "../shared/protocol.js";
import * as store from "./store.js";

/** Entries kept. */
const MAX_ENTRIES = 200;

const add = (entry: Omit<SentEntry, "at">): Promise<void> =>
  store.logSent({ at: new Date().toISOString(), ...entry } satisfies SentEntry, MAX_ENTRIES);

export const logSent = (what: Exclude<SentEntry["what"], "share">, surface: string, size: number): Promise<void> =>
  add({ surface, what, size });

/** `key`: the share's idempotency key, under which its outcome is recorded later. */
export const logShare = (key: string, surface: string, size: number): Promise<void> =>
  add({ surface, what: "share", size, key, outcome: { state: "waiting", reason: "sending" } });

export async function recordOutcome(key: string, state: ShareState): Promise<void> {
  const isOfShare = (entry: unknown): boolean => (entry as SentEntry).key === key;
  await store.updateSent(isOfShare, {
    outcome: outcomeOf(state),
    ...(state.state === "sent" ? { share: state.share.id } : {}),
  });
}

/** `share`: the server's id of it. */
export async function recordWithdrawal(share: number): Promise<void> {
  const isOfShare = (entry: unknown): boolean => (entry as SentEntry).share === share;
  await store.updateSent(isOfShare, { outcome: { state: "withdrawn" } satisfies ShareOutcome });
}

function outcomeOf(state: ShareState): ShareOutcome {
  if (state.state === "waiting") return state;
  if (state.state === "refused") return { state: "refused", reason: state.detail };
  return { state: state.share.state, reason: state.share.reason ?? "" };
}

export const sentEntries = async (): Promise<SentEntry[]> => (await store.sentLog()) as SentEntry[];
