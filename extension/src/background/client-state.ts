/** The rep's settings and the paired account, as sent to every open page. */
import { CONSENT_VERSION } from "../shared/consent.js";
import { offerHere } from "../shared/device-model.js";
import { type ClientState, envelope, type Notice, toSiteState } from "../shared/protocol.js";
import { rulesOffEverywhere } from "../shared/rules-off.js";
import { groupByReason } from "../shared/waiting.js";
import { type Me, readMe } from "../shared/wire.js";
import { offeredHelp } from "../shared/wording-help.js";
import { disabledAdapters } from "./disabled.js";
import * as pairing from "./pairing.js";
import * as queue from "./queue.js";
import { seenTips } from "./seen-tips.js";
import * as settings from "./settings.js";
import { syncSites, withPermissions } from "./sites.js";
import * as store from "./store.js";

export async function clientState(): Promise<ClientState> {
  const [choices, account, pending, unpairedReason, refused, rulesSeen] = await Promise.all([
    settings.load(),
    pairing.account(),
    queue.pendingShares(),
    store.get("unpaired-because"),
    store.get("refused"),
    seenTips.familiar(),
  ]);
  const offer = await offerHere(account?.me ?? {});
  const sites = await withPermissions(account?.me.organisation.sites ?? []);
  const quietRequired = account?.me.organisation.quiet_required ?? false;
  return {
    paired: account !== null,
    consented: choices.consented,
    consentOutdated: choices.consented && choices.consentVersion < CONSENT_VERSION,
    mode: quietRequired ? "quiet" : choices.mode,
    quietRequired,
    underlines: choices.underlines,
    paused: choices.paused,
    pausedToday: settings.isPausedOn(choices, new Date()),
    // While unpaired, nothing is requested from the server.
    disabled: account && choices.consented ? await getDisabledAdapters() : [],
    shareChoice: account?.me.share_choice ?? "ask",
    rulesOff: account?.me.rules_off ?? [],
    rulesSeen,
    grammar: choices.grammar,
    profiles: choices.profiles,
    person: account?.me.user ?? null,
    organisation: account?.me.organisation.name ?? null,
    tradeWords: account?.me.organisation.trade_words ?? [],
    wordingHelp: offeredHelp(offer),
    wordingOffer: offer,
    sites,
    waiting: groupByReason(pending.map(({ reason }) => reason)),
    refused: typeof refused === "string" ? refused : "",
    noticeUnread: account !== null && !hasReadNotice(account.me),
    unpairedBecause: unpairedReason === "revoked" ? "revoked" : "",
  };
}

/** Whether the rep has confirmed the current notice. An account stored by an earlier version does not say, and counts as one that
 * has, until it is refreshed. */
const hasReadNotice = ({ notice }: { notice?: Me["notice"] }): boolean => notice?.acknowledged ?? true;

/** Sends the shares that wait for the rep to confirm the notice, if they have confirmed it by now. */
export async function checkNotice(): Promise<void> {
  const { consented, noticeUnread, waiting } = await clientState();
  if (!consented || !(noticeUnread || waiting.some(({ reason }) => reason === "notice"))) return;
  const { noticeUnread: isStillUnread } = await refreshAccount();
  if (!isStillUnread && (await queue.flush())) await broadcastState();
}

/** The adapters that are switched off. If a refresh in the background changes the list, all open pages are notified. */
export const getDisabledAdapters = (): ReturnType<typeof disabledAdapters> => disabledAdapters(() => void broadcastState());

let lastBroadcast = 0;

/** Sends the current state to all open pages and returns it. A state that was read before a later change is not sent: it could
 * arrive after the later one, and a page would show an account that has signed out. */
export async function broadcastState(): Promise<ClientState> {
  lastBroadcast += 1;
  const broadcastNumber = lastBroadcast;
  const state = await clientState();
  if (broadcastNumber === lastBroadcast) await syncSites(state.sites, state.paired);
  if (broadcastNumber !== lastBroadcast) return state;
  await broadcast({ kind: "site-changed", state: toSiteState(state) }, { kind: "changed", state });
  return state;
}

async function broadcast(toSites: Notice, toPages: Notice): Promise<void> {
  for (const tab of await chrome.tabs.query({})) {
    // Most tabs have no content script of this extension and reject the message.
    if (tab.id !== undefined) chrome.tabs.sendMessage(tab.id, envelope(toSites)).catch(() => null);
  }
  chrome.runtime.sendMessage(envelope(toPages)).catch(() => null);
}

/** Fetches the account and notifies all open pages: the organisation may now require quiet mode, or the rep may have changed
 * their preferences on the server's own pages. */
export async function refreshAccount(version?: string): Promise<ClientState> {
  const me = await pairing.authorizedCall({ method: "GET", path: "/api/v1/me", read: readMe });
  await pairing.updateAccount(me, version);
  // A tip that is turned off on the server's own pages counts as new once it is turned on again there.
  await seenTips.forget(rulesOffEverywhere(me.rules_off));
  return broadcastState();
}

/** Refreshes the account if a response carries a different version of it than the stored one. */
export async function refreshIfOutdated(version: string | null): Promise<void> {
  const account = await pairing.account();
  if (account && version && account.version !== version) await refreshAccount(version).catch(() => null);
}

/** Whether the rep has allowed this listed site. */
export async function isAllowedSite(origin: string): Promise<boolean> {
  const listed = (await pairing.account())?.me.organisation.sites ?? [];
  return (await withPermissions(listed.filter((site) => site.origin === origin))).some(({ isAllowed }) => isAllowed);
}

/** At the start of the browser and after an update, which drops the registered scripts. */
export async function restoreSites(): Promise<void> {
  const { sites, paired } = await clientState();
  await syncSites(sites, paired);
}
