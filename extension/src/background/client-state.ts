/** What the rep chose and which account is paired, for every open page. */
import { type ClientState, envelope, type Notice } from "../shared/protocol.js";
import { readMe } from "../shared/wire.js";
import { disabledAdapters } from "./disabled.js";
import * as pairing from "./pairing.js";
import * as queue from "./queue.js";
import * as settings from "./settings.js";
import * as store from "./store.js";

export async function clientState(): Promise<ClientState> {
  const [chosen, account, pending, because, refused] = await Promise.all([
    settings.load(),
    pairing.account(),
    queue.pendingShares(),
    store.get("unpaired-because"),
    store.get("refused"),
  ]);
  const quietRequired = account?.me.organisation.quiet_required ?? false;
  return {
    paired: account !== null,
    consented: chosen.consented,
    mode: quietRequired ? "quiet" : chosen.mode,
    quietRequired,
    underlines: chosen.underlines,
    paused: chosen.paused,
    pausedToday: settings.isPausedOn(chosen, new Date()),
    // Unpaired, nothing at all is requested from the server.
    disabled: account && chosen.consented ? await refreshedDisabled() : [],
    shareChoice: account?.me.share_choice ?? "ask",
    rulesOff: account?.me.rules_off ?? [],
    grammar: chosen.grammar,
    profiles: chosen.profiles,
    person: account?.me.user ?? null,
    organisation: account?.me.organisation.name ?? null,
    waiting: pending.length,
    refused: typeof refused === "string" ? refused : "",
    unpairedBecause: because === "revoked" ? "revoked" : "",
  };
}

/** The adapters that are switched off. Open pages follow when a refresh in the background changes the list. */
export const refreshedDisabled = (): ReturnType<typeof disabledAdapters> => disabledAdapters(() => void stateChanged());

/** Tells all open pages of the present state, and returns it. */
export async function stateChanged(): Promise<ClientState> {
  const state = await clientState();
  await broadcast({ kind: "changed", state });
  return state;
}

async function broadcast(notice: Notice): Promise<void> {
  for (const tab of await chrome.tabs.query({})) {
    // Tabs without our content script refuse the message, which is most of them.
    if (tab.id !== undefined) chrome.tabs.sendMessage(tab.id, envelope(notice)).catch(() => null);
  }
  chrome.runtime.sendMessage(envelope(notice)).catch(() => null);
}

/** Fetches the account: the organisation may require quiet mode by now, or the rep may have changed their preferences on a
 * page of the server. Open pages follow at once. */
export async function refreshAccount(version?: string): Promise<ClientState> {
  const me = await pairing.authorizedCall({ method: "GET", path: "/api/v1/me", read: readMe });
  await pairing.updateAccount(me, version);
  return stateChanged();
}

/** Refreshes the account when an answer carries another version of it than the one stored here. */
export async function accountVersionSeen(version: string | null): Promise<void> {
  const account = await pairing.account();
  if (account && version && account.version !== version) await refreshAccount(version).catch(() => null);
}
