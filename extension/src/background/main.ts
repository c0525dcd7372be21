/** The background worker: which sender may request what, and the browser's events. */
import { type ClientState, envelope, type RequestKind, requestKind, STATE_REQUESTS, toSiteState } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import { ApiError, BACKEND } from "./api.js";
import { broadcastState, checkNotice, clientState, isAllowedSite, restoreSites } from "./client-state.js";
import { handlers } from "./handlers.js";
import * as queue from "./queue.js";
import * as settings from "./settings.js";

/** The hosts of the content scripts in the manifest. Those of other sites are checked for each request. */
const SITES = new Set(["www.linkedin.com", "x.com", "twitter.com"]);

declare const __FIREFOX__: boolean;

type Sender = chrome.runtime.MessageSender;

/** What a content script may request; the rest is for the extension's own pages. */
const FOR_SITES: ReadonlySet<string> = new Set<RequestKind>([
  "client-state",
  "assess",
  "grammar",
  "add-word",
  "compare",
  "suggest",
  "cancel-suggestion",
  "cancel",
  "share",
  "withdraw",
  "choose",
  "ignore",
  "restore-ignored",
  "posted",
  "restore-seen",
  "open-options",
  "open-write",
  "open-notice",
  "badge",
]);
/** Requests that send the pending shares themselves. */
const SENDS_SHARES: ReadonlySet<string> = new Set<RequestKind>(["share", "retry-shares"]);
const ALL: ReadonlySet<string> = new Set(Object.keys(handlers));

const isOwnPage = (sender: Sender): boolean => sender.url?.startsWith(chrome.runtime.getURL("")) ?? false;

function allowedKinds(sender: Sender): ReadonlySet<string> {
  if (sender.id !== chrome.runtime.id || !sender.url) return new Set();
  if (isOwnPage(sender)) return ALL;
  const { host, protocol } = new URL(sender.url);
  return sender.tab && (SITES.has(host) || protocol === "https:") ? FOR_SITES : new Set();
}

/** An administrator may have removed the site, or the rep withdrawn its permission, after its page was loaded. */
const isFromAllowedPage = async (sender: Sender): Promise<boolean> => {
  if (isOwnPage(sender) || !sender.url) return isOwnPage(sender);
  const { host, origin } = new URL(sender.url);
  return SITES.has(host) || isAllowedSite(origin);
};

async function respond(kind: RequestKind, message: unknown, sender: Sender): Promise<Result<unknown>> {
  try {
    if (!(await isFromAllowedPage(sender))) return { error: "paused" };
    const response = await (handlers[kind] as (request: unknown, sender: Sender) => Promise<unknown>)(message, sender);
    const isReduced = STATE_REQUESTS.has(kind) && !isOwnPage(sender);
    return { ok: isReduced ? toSiteState(response as ClientState) : response };
  } catch (error) {
    if (!(error instanceof ApiError)) return { error: "bad-message" };
    if (error.code === "unpaired") await broadcastState();
    return { error: error.code, detail: error.detail, code: error.problem };
  }
}

chrome.runtime.onMessage.addListener((message: unknown, sender, sendResponse) => {
  const kind = requestKind(message, allowedKinds(sender));
  if (!kind) return false;
  void respond(kind, message, sender).then(sendResponse);
  // Whatever woke the worker is also an opportunity to send pending shares and to end a pause whose day has passed.
  if (!SENDS_SHARES.has(kind)) void sendPendingShares();
  void settings.clearExpiredPause().then((isCleared) => (isCleared ? broadcastState() : null));
  return true;
});

async function sendPendingShares(): Promise<void> {
  if ((await queue.pendingShares()).length === 0) return;
  if (await queue.flush()) await broadcastState();
}

// The browser hides the addresses of sites without a host permission. Those that the rep has allowed have one, as the server does, but
// only the server's pages matter here.
chrome.tabs.onUpdated.addListener((_tab, { status }, { url }) => {
  // The rep may just have confirmed the notice there.
  if (status === "complete" && url?.startsWith(`${BACKEND}/`)) void checkNotice().catch(() => null);
});

queue.onLateOutcome((tab, key, outcome) => {
  chrome.tabs.sendMessage(tab, envelope({ kind: "share-outcome", key, outcome })).catch(() => null);
});

self.addEventListener("online", () => void sendPendingShares());
// A listener makes the browser start the worker when it starts itself; the call below then sends what is pending.
chrome.runtime.onStartup.addListener(() => undefined);
void sendPendingShares();

chrome.commands.onCommand.addListener((command, tab) => {
  if (tab?.id === undefined) return;
  // The browser opens the panel only during the key press itself, so nothing may be awaited before.
  if (!__FIREFOX__) {
    if (command === "open-panel") void chrome.sidePanel.open({ tabId: tab.id });
  }
  if (command !== "open-card" && command !== "apply-tip") return;
  chrome.tabs.sendMessage(tab.id, envelope({ kind: "command", command })).catch(() => null);
});

// The rep's answer to the question of a click in the options, or a change in the browser's own settings.
chrome.permissions.onAdded.addListener(() => void broadcastState());
chrome.permissions.onRemoved.addListener(() => void broadcastState());
void restoreSites();

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") void chrome.runtime.openOptionsPage();
  // An update that reads more than the rep agreed to says so at once.
  if (reason === "update") {
    void clientState().then(({ consentOutdated }) => (consentOutdated ? chrome.runtime.openOptionsPage() : null));
  }
});
