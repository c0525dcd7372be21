import { isGrammarRule } from "../shared/grammar.js";
import { IgnoredTips, type TipKey } from "../shared/ignored.js";
import { parsePostLink } from "../shared/link.js";
import {
  type ClientState,
  envelope,
  MAX_DRAFT,
  type Notice,
  type RequestKind,
  type Requests,
  requestKind,
  type SentEntry,
} from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import {
  type Infer,
  isFixedIn,
  readAssessment,
  readComparison,
  readDisabled,
  readMe,
  readProfileAssessment,
  readSurface,
  readWithdrawal,
} from "../shared/wire.js";
import { ApiError, BACKEND, call } from "./api.js";
import * as grammar from "./grammar.js";
import * as pairing from "./pairing.js";
import * as queue from "./queue.js";
import * as settings from "./settings.js";
import * as store from "./store.js";

/** How long the list of switched-off adapters is believed. */
const KILL_SWITCH_MS = 6 * 60 * 60 * 1000;
/** A server that did not answer is not asked again at once. */
const KILL_SWITCH_RETRY_MS = 60 * 1000;
/** Lines kept in "what was sent". */
const SENT_LINES = 200;
/** The hosts whose content scripts may ask. */
const SITES = new Set(["www.linkedin.com", "x.com", "twitter.com"]);

declare const __FIREFOX__: boolean;

type Sender = chrome.runtime.MessageSender;
type Disabled = Infer<typeof readDisabled>;

interface KeptList {
  at: number;
  list: Disabled;
}

let notBefore = 0;

/** Asks for the list again; no answer, or one that is no list, means no change. Whether it became another one. */
async function renewDisabled(): Promise<boolean> {
  const kept = (await store.get("disabled")) as KeptList | undefined;
  try {
    const list = await call({ method: "GET", path: "/api/v1/adapters", read: readDisabled });
    await store.set("disabled", { at: Date.now(), list } satisfies KeptList);
    notBefore = 0;
    return JSON.stringify(list) !== JSON.stringify(kept?.list ?? []);
  } catch {
    return false;
  }
}

/** The list as last heard. One that has aged is renewed meanwhile, for nobody should wait for a slow server here. */
async function disabled(): Promise<Disabled> {
  const kept = (await store.get("disabled")) as KeptList | undefined;
  const now = Date.now();
  if ((!kept || now - kept.at > KILL_SWITCH_MS) && now > notBefore) {
    notBefore = now + KILL_SWITCH_RETRY_MS;
    void renewDisabled().then((differs) => (differs ? changed() : null));
  }
  const { version } = chrome.runtime.getManifest();
  return (kept?.list ?? []).filter((entry) => !isFixedIn(entry, version));
}

async function clientState(): Promise<ClientState> {
  const [chosen, account, waiting, because, refused] = await Promise.all([
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
    // Unpaired, nothing at all is asked of the server.
    disabled: account && chosen.consented ? await disabled() : [],
    shareChoice: account?.me.share_choice ?? "ask",
    rulesOff: account?.me.rules_off ?? [],
    grammar: chosen.grammar,
    profiles: chosen.profiles,
    person: account?.me.user ?? null,
    organisation: account?.me.organisation.name ?? null,
    waiting: waiting.length,
    refused: typeof refused === "string" ? refused : "",
    unpairedBecause: because === "revoked" ? "revoked" : "",
  };
}

async function tellTabs(notice: Notice): Promise<void> {
  for (const tab of await chrome.tabs.query({})) {
    // Tabs without our content script refuse the message, which is most of them.
    if (tab.id !== undefined) chrome.tabs.sendMessage(tab.id, envelope(notice)).catch(() => null);
  }
  chrome.runtime.sendMessage(envelope(notice)).catch(() => null);
}

async function changed(): Promise<ClientState> {
  const now = await clientState();
  await tellTabs({ kind: "changed", state: now });
  return now;
}

function logSent(entry: SentEntry): Promise<void> {
  return store.logSent(entry, SENT_LINES);
}

const ignored = new IgnoredTips(store);
/** No draft has as many tips. */
const MAX_TIPS = 1_000;
/** The toolbar has room for as many characters. */
const MAX_BADGE = 4;

function readTip(tip: unknown): TipKey {
  const { rule, words } = tip as Partial<Record<keyof TipKey, unknown>>;
  if (typeof rule !== "string" || typeof words !== "string" || words.length > MAX_DRAFT) throw new ApiError("bad-message");
  return { rule, words };
}

const flights = new Map<string, AbortController>();

const flightName = (sender: Sender, editor: string, what: "assess" | "compare" | "grammar"): string =>
  `${sender.tab?.id}:${sender.frameId}:${editor}:${what}`;

/** One request of a kind at a time for one editor: a newer one takes the place of what is under way. */
async function fly<T>(name: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  flights.get(name)?.abort();
  const flight = new AbortController();
  flights.set(name, flight);
  try {
    return await send(flight.signal);
  } finally {
    if (flights.get(name) === flight) flights.delete(name);
  }
}

async function mayRead(sender: Sender): Promise<settings.Settings> {
  const chosen = await settings.load();
  if (!chosen.consented) throw new ApiError("no-consent");
  if (!(await pairing.account())) throw new ApiError("unpaired");
  if (settings.isPausedOn(chosen, new Date())) throw new ApiError("paused");
  if (sender.url && chosen.paused.includes(new URL(sender.url).host)) throw new ApiError("paused");
  return chosen;
}

/** Asks who is paired and what holds for them: the organisation may have come to require quiet mode, the rep may have chosen
 * otherwise on a page of the server. Open pages follow at once. */
async function renewAccount(version?: string): Promise<ClientState> {
  const me = await pairing.authorizedCall({ method: "GET", path: "/api/v1/me", read: readMe });
  await pairing.updateAccount(me, version);
  return changed();
}

async function heardVersion(version: string | null): Promise<void> {
  const account = await pairing.account();
  if (account && version && account.version !== version) await renewAccount(version).catch(() => null);
}

type Handlers = { [K in RequestKind]: (request: Requests[K]["request"], sender: Sender) => Promise<Requests[K]["response"]> };

const handlers: Handlers = {
  "client-state": clientState,
  async assess({ editor, surface, text }, sender) {
    return fly(flightName(sender, editor, "assess"), async (signal) => {
      await mayRead(sender);
      if (signal.aborted) throw new ApiError("stale");
      if (text.length > MAX_DRAFT) throw new ApiError("too-long");
      // A page may stay open for days; its list must not grow as old.
      void disabled();
      await logSent({ at: new Date().toISOString(), surface, what: "draft", size: text.length });
      const assessment = await pairing.authorizedCall({
        method: "POST",
        path: "/api/v1/assess",
        body: { surface: readSurface(surface, "surface"), text },
        read: readAssessment,
        signal,
        onHeaders: (headers) => void heardVersion(headers.get("Repute-Account")),
      });
      return ignored.markIgnored(assessment, text);
    });
  },
  async grammar({ editor, text }, sender) {
    return fly(flightName(sender, editor, "grammar"), async (signal) => {
      const chosen = await mayRead(sender);
      if (!chosen.grammar.on) return { findings: [], ignored: [] };
      if (typeof text !== "string" || text.length > MAX_DRAFT) throw new ApiError("too-long");
      if (signal.aborted) throw new ApiError("stale");
      return ignored.markIgnored({ findings: await grammar.check(text, chosen.grammar) }, text);
    });
  },
  async "add-word"({ word }) {
    await settings.change({ grammar: { addWord: word } });
    return changed();
  },
  async compare({ editor, surface, a, b }, sender) {
    return fly(flightName(sender, editor, "compare"), async (signal) => {
      await mayRead(sender);
      if (signal.aborted) throw new ApiError("stale");
      if (Math.max(a.length, b.length) > MAX_DRAFT) throw new ApiError("too-long");
      await logSent({ at: new Date().toISOString(), surface, what: "comparison", size: a.length + b.length });
      return pairing.authorizedCall({
        method: "POST",
        path: "/api/v1/compare",
        body: { surface: readSurface(surface, "surface"), a, b },
        read: readComparison,
        signal,
      });
    });
  },
  async "assess-profile"({ surface, sections }) {
    const size = Object.values(sections)
      .flat()
      .reduce((sum, text) => sum + (text?.length ?? 0), 0);
    await logSent({ at: new Date().toISOString(), surface, what: "profile", size });
    return pairing.authorizedCall({
      method: "POST",
      path: "/api/v1/profile/assess",
      body: { surface, sections },
      read: readProfileAssessment,
    });
  },
  async cancel({ editor }, sender) {
    for (const what of ["assess", "compare", "grammar"] as const) flights.get(flightName(sender, editor, what))?.abort();
    return null;
  },
  async share({ key, surface, text, url, occurredAt }, sender) {
    await mayRead(sender);
    const link = url === null ? null : parsePostLink(url, surface);
    if (url !== null && link === null) throw new ApiError("bad-message");
    await logSent({ at: new Date().toISOString(), surface, what: "share", size: text.length });
    const became = await queue.share({ key, surface: readSurface(surface, "surface"), text, url: link, occurredAt });
    await changed();
    return became;
  },
  async withdraw({ id }) {
    await pairing.authorizedCall({ method: "DELETE", path: `/api/v1/shares/${Number(id)}`, read: readWithdrawal });
    return null;
  },
  async choose({ shareChoice, ruleOff, ruleOn }) {
    if (isGrammarRule(ruleOff ?? ruleOn ?? "")) {
      await settings.change({ grammar: { ...(ruleOff ? { ruleOff } : {}), ...(ruleOn ? { ruleOn } : {}) } });
      return changed();
    }
    const account = await pairing.account();
    if (!account) throw new ApiError("unpaired");
    const rules = new Set(account.me.rules_off);
    if (ruleOff) rules.add(ruleOff);
    if (ruleOn) rules.delete(ruleOn);
    const body = {
      ...(shareChoice ? { share_choice: shareChoice } : {}),
      ...(ruleOff || ruleOn ? { rules_off: [...rules] } : {}),
    };
    const me = await pairing.authorizedCall({ method: "PUT", path: "/api/v1/me/preferences", body, read: readMe });
    await pairing.updateAccount(me);
    return changed();
  },
  async ignore(tip) {
    await ignored.add(readTip(tip));
    if (isGrammarRule(tip.rule)) return null;
    // The admins learn which rules people reject, never the words. Not worth a second try: the next ignored tip tells it too.
    await pairing
      .authorizedCall({ method: "PUT", path: "/api/v1/me/preferences", body: { ignored_rule: tip.rule }, read: readMe })
      .catch(() => null);
    return null;
  },
  async "restore-ignored"({ tips }) {
    if (!Array.isArray(tips) || tips.length > MAX_TIPS) throw new ApiError("bad-message");
    await ignored.remove(tips.map(readTip));
    return null;
  },
  async settings(change) {
    await settings.change(change);
    if (change.grammar?.on === false) await grammar.unload();
    return changed();
  },
  async "pair-begin"() {
    return { url: await pairing.startPairing() };
  },
  async "pair-finish"({ code, label }) {
    await pairing.finishPairing(code, label);
    await renewDisabled();
    return changed();
  },
  async unpair() {
    await pairing.unpair();
    return changed();
  },
  async "sign-out-everywhere"() {
    await pairing.signOutEverywhere();
    return changed();
  },
  async sent() {
    return (await store.sentLog()) as SentEntry[];
  },
  async "open-options"() {
    await chrome.runtime.openOptionsPage();
    return null;
  },
  async "open-write"() {
    await chrome.tabs.create({ url: `${BACKEND}/write` });
    return null;
  },
  async "refresh-account"() {
    return renewAccount();
  },
  async "dismiss-refusal"() {
    await store.remove("refused");
    return changed();
  },
  async badge({ text }, { tab }) {
    const tabId = tab?.id;
    if (tabId === undefined || typeof text !== "string" || text.length > MAX_BADGE) throw new ApiError("bad-message");
    await chrome.action.setBadgeText({ tabId, text });
    return null;
  },
};

/** What a content script may ask; the rest is for the extension's own pages. */
const FOR_SITES: ReadonlySet<string> = new Set<RequestKind>([
  "client-state",
  "assess",
  "grammar",
  "add-word",
  "compare",
  "cancel",
  "share",
  "withdraw",
  "choose",
  "ignore",
  "restore-ignored",
  "open-options",
  "open-write",
  "badge",
]);
const ALL: ReadonlySet<string> = new Set(Object.keys(handlers));

function allowed(sender: Sender): ReadonlySet<string> {
  if (sender.id !== chrome.runtime.id || !sender.url) return new Set();
  if (sender.url.startsWith(chrome.runtime.getURL(""))) return ALL;
  return sender.tab && SITES.has(new URL(sender.url).host) ? FOR_SITES : new Set();
}

async function answer(kind: RequestKind, message: unknown, sender: Sender): Promise<Result<unknown>> {
  try {
    return { ok: await (handlers[kind] as (request: unknown, sender: Sender) => Promise<unknown>)(message, sender) };
  } catch (error) {
    if (!(error instanceof ApiError)) return { error: "bad-message" };
    if (error.code === "unpaired") await changed();
    return { error: error.code, detail: error.detail };
  }
}

chrome.runtime.onMessage.addListener((message: unknown, sender, respond) => {
  const kind = requestKind(message, allowed(sender));
  if (!kind) return false;
  void answer(kind, message, sender).then(respond);
  // Whatever woke the worker is also the moment to send what waits, and to see that a day has passed.
  if (kind !== "share") void sendWaiting();
  void settings.clearExpiredPause().then((ended) => (ended ? changed() : null));
  return true;
});

async function sendWaiting(): Promise<void> {
  if ((await queue.pendingShares()).length === 0) return;
  if (await queue.flush()) await changed();
}

self.addEventListener("online", () => void sendWaiting());
// Listening is what makes the browser start the worker when it starts itself; sending follows from that.
chrome.runtime.onStartup.addListener(() => undefined);
void sendWaiting();

chrome.commands.onCommand.addListener((command, tab) => {
  if (tab?.id === undefined) return;
  // Wants the key press itself, so nothing may be awaited before it.
  if (!__FIREFOX__) {
    if (command === "open-panel") void chrome.sidePanel.open({ tabId: tab.id });
  }
  if (command !== "open-card" && command !== "apply-tip") return;
  chrome.tabs.sendMessage(tab.id, envelope({ kind: "command", command })).catch(() => null);
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") void chrome.runtime.openOptionsPage();
});
