import {
  type Answer, type Calls, type Kind, MAX_DRAFT, type Notice, type SentEntry, type Situation, callKind, envelope,
} from "../shared/protocol.js";
import { type AboutWords, Ignored } from "../shared/ignored.js";
import { type Of, readAssessment, readComparison, readDisabled, readMe, readSurface, readWithdrawal } from "../shared/wire.js";
import { ApiError, call } from "./api.js";
import * as pairing from "./pairing.js";
import * as queue from "./queue.js";
import * as settings from "./settings.js";
import * as store from "./store.js";

/** How long the list of switched-off adapters is believed. */
const KILL_SWITCH_MS = 6 * 60 * 60 * 1000;
/** Lines kept in "what was sent". */
const SENT_LINES = 200;
/** The hosts whose content scripts may ask. */
const SITES = new Set(["www.linkedin.com", "x.com", "twitter.com"]);

type Sender = chrome.runtime.MessageSender;
type Disabled = Of<typeof readDisabled>;

interface KeptList {
  at: number;
  list: Disabled;
}

/** Asks for the list again; no answer means no change. Whether it became another one. */
async function renewDisabled(): Promise<boolean> {
  const kept = (await store.get("disabled")) as KeptList | undefined;
  try {
    const list = await call({ method: "GET", path: "/api/v1/adapters", read: readDisabled });
    await store.set("disabled", { at: Date.now(), list } satisfies KeptList);
    return JSON.stringify(list) !== JSON.stringify(kept?.list ?? []);
  } catch {
    return false;
  }
}

/** The list as last heard. One that has aged is renewed meanwhile, for nobody should wait for a slow server here. */
async function disabled(): Promise<Disabled> {
  const kept = (await store.get("disabled")) as KeptList | undefined;
  if (!kept || Date.now() - kept.at > KILL_SWITCH_MS) void renewDisabled().then((differs) => (differs ? changed() : null));
  return kept?.list ?? [];
}

async function situation(): Promise<Situation> {
  const [chosen, account, waiting, because] = await Promise.all([
    settings.load(), pairing.account(), queue.waiting(), store.get("unpaired-because"),
  ]);
  const quietRequired = account?.me.organisation.quiet_required ?? false;
  return {
    paired: account !== null,
    consented: chosen.consented,
    mode: quietRequired ? "quiet" : chosen.mode,
    quietRequired,
    underlines: chosen.underlines,
    paused: chosen.paused,
    // Unpaired, nothing at all is asked of the server.
    disabled: account && chosen.consented ? await disabled() : [],
    shareChoice: account?.me.share_choice ?? "ask",
    rulesOff: account?.me.rules_off ?? [],
    person: account?.me.user ?? null,
    organisation: account?.me.organisation.name ?? null,
    waiting: waiting.length,
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

async function changed(): Promise<Situation> {
  const now = await situation();
  await tellTabs({ kind: "changed", situation: now });
  return now;
}

function logSent(entry: SentEntry): Promise<void> {
  return store.logSent(entry, SENT_LINES);
}

const ignored = new Ignored(store);
/** No draft has as many tips. */
const MAX_TIPS = 1_000;

function readTip(tip: unknown): AboutWords {
  const { rule, words } = tip as Partial<Record<keyof AboutWords, unknown>>;
  if (typeof rule !== "string" || typeof words !== "string" || words.length > MAX_DRAFT) throw new ApiError("bad-message");
  return { rule, words };
}

const flights = new Map<string, AbortController>();

const flightName = (sender: Sender, editor: string, what: "assess" | "compare"): string =>
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

async function mayRead(sender: Sender): Promise<void> {
  const chosen = await settings.load();
  if (!chosen.consented) throw new ApiError("no-consent");
  if (!(await pairing.account())) throw new ApiError("unpaired");
  if (sender.url && chosen.paused.includes(new URL(sender.url).host)) throw new ApiError("paused");
}

type Handlers = { [K in Kind]: (ask: Calls[K]["ask"], sender: Sender) => Promise<Calls[K]["answer"]> };

const handlers: Handlers = {
  situation,
  async assess({ editor, surface, text }, sender) {
    return fly(flightName(sender, editor, "assess"), async (signal) => {
      await mayRead(sender);
      if (signal.aborted) throw new ApiError("stale");
      if (text.length > MAX_DRAFT) throw new ApiError("too-long");
      await logSent({ at: new Date().toISOString(), surface, what: "draft", size: text.length });
      const assessment = await pairing.authorised({
        method: "POST",
        path: "/api/v1/assess",
        body: { surface: readSurface(surface, "surface"), text },
        read: readAssessment,
        signal,
      });
      return ignored.mark(assessment, text);
    });
  },
  async compare({ editor, surface, a, b }, sender) {
    return fly(flightName(sender, editor, "compare"), async (signal) => {
      await mayRead(sender);
      if (signal.aborted) throw new ApiError("stale");
      if (Math.max(a.length, b.length) > MAX_DRAFT) throw new ApiError("too-long");
      await logSent({ at: new Date().toISOString(), surface, what: "comparison", size: a.length + b.length });
      return pairing.authorised({
        method: "POST",
        path: "/api/v1/compare",
        body: { surface: readSurface(surface, "surface"), a, b },
        read: readComparison,
        signal,
      });
    });
  },
  async forget({ editor }, sender) {
    for (const what of ["assess", "compare"] as const) flights.get(flightName(sender, editor, what))?.abort();
    return null;
  },
  async share({ key, surface, text, url, occurredAt }, sender) {
    await mayRead(sender);
    await queue.add({ key, surface: readSurface(surface, "surface"), text, url, occurredAt });
    await logSent({ at: new Date().toISOString(), surface, what: "share", size: text.length });
    const results = await queue.flush();
    await changed();
    return results.get(key) ?? { state: "waiting" };
  },
  async withdraw({ id }) {
    await pairing.authorised({ method: "DELETE", path: `/api/v1/shares/${Number(id)}`, read: readWithdrawal });
    return null;
  },
  async choose({ shareChoice, ruleOff, ruleOn }) {
    const account = await pairing.account();
    if (!account) throw new ApiError("unpaired");
    const rules = new Set(account.me.rules_off);
    if (ruleOff) rules.add(ruleOff);
    if (ruleOn) rules.delete(ruleOn);
    const body = { ...(shareChoice ? { share_choice: shareChoice } : {}), ...(ruleOff || ruleOn ? { rules_off: [...rules] } : {}) };
    const me = await pairing.authorised({ method: "PUT", path: "/api/v1/me/preferences", body, read: readMe });
    await pairing.remember(me);
    return changed();
  },
  async ignore(tip) {
    await ignored.add(readTip(tip));
    // The admins learn which rules people reject, never the words. Not worth a second try: the next ignored tip tells it too.
    await pairing
      .authorised({ method: "PUT", path: "/api/v1/me/preferences", body: { ignored_rule: tip.rule }, read: readMe })
      .catch(() => null);
    return null;
  },
  async "bring-back"({ tips }) {
    if (!Array.isArray(tips) || tips.length > MAX_TIPS) throw new ApiError("bad-message");
    await ignored.remove(tips.map(readTip));
    return null;
  },
  async settings(ask) {
    await settings.change(ask);
    return changed();
  },
  async "pair-begin"() {
    return { url: await pairing.begin() };
  },
  async "pair-finish"({ code, label }) {
    await pairing.finish(code, label);
    await renewDisabled();
    return changed();
  },
  async unpair() {
    await pairing.end();
    return changed();
  },
  async sent() {
    return (await store.sent()) as SentEntry[];
  },
  async "open-options"() {
    await chrome.runtime.openOptionsPage();
    return null;
  },
  async me() {
    const me = await pairing.authorised({ method: "GET", path: "/api/v1/me", read: readMe });
    await pairing.remember(me);
    return me;
  },
};

/** What a content script may ask; the rest is for the extension's own pages. */
const FOR_SITES: ReadonlySet<string> = new Set<Kind>(["situation", "assess", "compare", "forget", "share", "withdraw", "choose", "ignore", "bring-back", "open-options"]);
const ALL: ReadonlySet<string> = new Set(Object.keys(handlers));

function allowed(sender: Sender): ReadonlySet<string> {
  if (sender.id !== chrome.runtime.id || !sender.url) return new Set();
  if (sender.url.startsWith(chrome.runtime.getURL(""))) return ALL;
  return sender.tab && SITES.has(new URL(sender.url).host) ? FOR_SITES : new Set();
}

async function answer(kind: Kind, message: unknown, sender: Sender): Promise<Answer<unknown>> {
  try {
    return { ok: await (handlers[kind] as (ask: unknown, sender: Sender) => Promise<unknown>)(message, sender) };
  } catch (error) {
    if (!(error instanceof ApiError)) return { error: "bad-message" };
    if (error.code === "unpaired") await changed();
    return { error: error.code, detail: error.detail };
  }
}

chrome.runtime.onMessage.addListener((message: unknown, sender, respond) => {
  const kind = callKind(message, allowed(sender));
  if (!kind) return false;
  void answer(kind, message, sender).then(respond);
  // Whatever woke the worker is also the moment to send what waits.
  if (kind !== "share") void sendWaiting();
  return true;
});

async function sendWaiting(): Promise<void> {
  if ((await queue.waiting()).length === 0) return;
  const results = await queue.flush();
  if ([...results.values()].some(({ state }) => state !== "waiting")) await changed();
}

self.addEventListener("online", () => void sendWaiting());
void sendWaiting();

chrome.commands.onCommand.addListener((command, tab) => {
  if (tab?.id === undefined || (command !== "open-card" && command !== "apply-tip")) return;
  chrome.tabs.sendMessage(tab.id, envelope({ kind: "command", command })).catch(() => null);
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") void chrome.runtime.openOptionsPage();
});
