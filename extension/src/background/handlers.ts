/** What the worker does for each kind of request from the content scripts and the extension's pages. */
import { Linter } from "../grammar/linter.js";
import type { components } from "../shared/api.js";
import { CONSENT_VERSION } from "../shared/consent.js";
import { isGrammarRule } from "../shared/grammar.js";
import { IgnoredTips, type TipKey } from "../shared/ignored.js";
import { parsePostLink } from "../shared/link.js";
import { MAX_DRAFT, type RequestKind, type Requests } from "../shared/protocol.js";
import { parseEntry, rulesOffEverywhere, rulesOffOn, withEntry, withoutEntry } from "../shared/rules-off.js";
import { parseRules } from "../shared/seen.js";
import {
  isPlace,
  readAssessedSurface,
  readAssessment,
  readComparison,
  readMe,
  readProfileAssessment,
  readSurface,
  readWithdrawal,
} from "../shared/wire.js";
import { ApiError, BACKEND } from "./api.js";
import { broadcastState, clientState, getDisabledAdapters, refreshAccount, refreshIfOutdated } from "./client-state.js";
import { refreshDisabled } from "./disabled.js";
import { cancelAll, cancelOne, latestOnly } from "./in-flight.js";
import * as pairing from "./pairing.js";
import * as queue from "./queue.js";
import { seenTips } from "./seen-tips.js";
import { logSent, logShare, recordWithdrawal, sentEntries } from "./sent-log.js";
import * as settings from "./settings.js";
import * as store from "./store.js";
import { suggestWording } from "./wording.js";

type Schemas = components["schemas"];
type Sender = chrome.runtime.MessageSender;
export type Handlers = {
  [K in RequestKind]: (request: Requests[K]["request"], sender: Sender) => Promise<Requests[K]["response"]>;
};

/** No draft has more tips than this. */
const MAX_TIPS = 1_000;
/** The toolbar button has room for this many characters. */
const MAX_BADGE = 4;

const ignoredTips = new IgnoredTips(store);
const grammar = new Linter(chrome.runtime.getURL("harper.wasm"));

function parseTip(tip: unknown): TipKey {
  const { rule, words } = tip as Partial<Record<keyof TipKey, unknown>>;
  if (typeof rule !== "string" || typeof words !== "string" || words.length > MAX_DRAFT) throw new ApiError("bad-message");
  return { rule, words };
}

/** Throws unless the rep has agreed, this browser is paired and the sender's site is not paused. Returns the settings. */
async function requireReadingAllowed(sender: Sender): Promise<settings.Settings> {
  const choices = await settings.load();
  if (!choices.consented) throw new ApiError("no-consent");
  if (!(await pairing.account())) throw new ApiError("unpaired");
  if (settings.isPausedOn(choices, new Date())) throw new ApiError("paused");
  if (sender.url && choices.paused.includes(new URL(sender.url).host)) throw new ApiError("paused");
  return choices;
}

/** The same for a draft. Articles and other sites are read only since the rep agreed to that too. */
async function requireDraftAllowed(sender: Sender, surface: unknown): Promise<settings.Settings> {
  const choices = await requireReadingAllowed(sender);
  if (isPlace(surface) && choices.consentVersion < CONSENT_VERSION) throw new ApiError("no-consent");
  return choices;
}

export const handlers: Handlers = {
  "client-state": clientState,
  async assess({ editor, surface, text, readAnyway }, sender) {
    return latestOnly(sender, editor, "assess", async (signal) => {
      await requireDraftAllowed(sender, surface);
      if (signal.aborted) throw new ApiError("stale");
      if (text.length > MAX_DRAFT) throw new ApiError("too-long");
      // A page may stay open for days, so the list of disabled adapters is refreshed here too.
      void getDisabledAdapters();
      const known = readAssessedSurface(surface, "surface");
      await logSent("draft", known, text.length);
      const assessment = await pairing.authorizedCall({
        method: "POST",
        path: "/api/v1/assess",
        body: { surface: known, text, read_anyway: readAnyway } satisfies Schemas["AssessIn"],
        read: readAssessment,
        signal,
        onHeaders: (headers) => void refreshIfOutdated(headers.get("Repute-Account")),
      });
      return seenTips.markSeen(await ignoredTips.markIgnored(assessment, text));
    });
  },
  async grammar({ editor, text, surface }, sender) {
    return latestOnly(sender, editor, "grammar", async (signal) => {
      const choices = await requireDraftAllowed(sender, surface);
      if (!choices.grammar.on) return { findings: [], ignored: [] };
      if (typeof text !== "string" || text.length > MAX_DRAFT) throw new ApiError("too-long");
      if (signal.aborted) throw new ApiError("stale");
      const off = rulesOffOn(choices.grammar.off, readAssessedSurface(surface, "surface"));
      return ignoredTips.markIgnored({ findings: await grammar.check(text, { ...choices.grammar, off }) }, text);
    });
  },
  async "add-word"({ word }) {
    await settings.change({ grammar: { addWord: word } });
    return broadcastState();
  },
  async compare({ editor, surface, a, b }, sender) {
    return latestOnly(sender, editor, "compare", async (signal) => {
      await requireDraftAllowed(sender, surface);
      if (signal.aborted) throw new ApiError("stale");
      if (Math.max(a.length, b.length) > MAX_DRAFT) throw new ApiError("too-long");
      const known = readSurface(surface, "surface");
      await logSent("comparison", known, a.length + b.length);
      return pairing.authorizedCall({
        method: "POST",
        path: "/api/v1/compare",
        body: { surface: known, a, b } satisfies Schemas["CompareIn"],
        read: readComparison,
        signal,
      });
    });
  },
  async suggest({ editor, job }, sender) {
    return latestOnly(sender, editor, "suggest", async (signal) => {
      await requireDraftAllowed(sender, job.surface);
      if (signal.aborted) throw new ApiError("stale");
      return suggestWording(job, signal);
    });
  },
  async "cancel-suggestion"({ editor }, sender) {
    cancelOne(sender, editor, "suggest");
    return null;
  },
  async "assess-profile"({ surface, sections }) {
    const size = Object.values(sections)
      .flat()
      .reduce((sum, text) => sum + (text?.length ?? 0), 0);
    await logSent("profile", surface, size);
    return pairing.authorizedCall({
      method: "POST",
      path: "/api/v1/profile/assess",
      body: { surface, sections } satisfies Schemas["ProfileIn"],
      read: readProfileAssessment,
    });
  },
  async cancel({ editor }, sender) {
    cancelAll(sender, editor);
    return null;
  },
  async share({ key, surface, text, url, occurredAt }, sender) {
    await requireDraftAllowed(sender, surface);
    const known = readSurface(surface, "surface");
    const link = url === null ? null : parsePostLink(url, known);
    if (url !== null && link === null) throw new ApiError("bad-message");
    await logShare(key, known, text.length);
    const outcome = await queue.share({
      key,
      surface: known,
      text,
      url: link,
      occurredAt,
      tab: sender.tab?.id,
    });
    await broadcastState();
    return outcome;
  },
  async withdraw({ id }) {
    await pairing.authorizedCall({ method: "DELETE", path: `/api/v1/shares/${Number(id)}`, read: readWithdrawal });
    await recordWithdrawal(Number(id));
    return null;
  },
  async choose({ shareChoice, ruleOff, ruleOn, wordingHelp }) {
    if (isGrammarRule(ruleOff ?? ruleOn ?? "")) {
      await settings.change({ grammar: { ...(ruleOff ? { ruleOff } : {}), ...(ruleOn ? { ruleOn } : {}) } });
      return broadcastState();
    }
    const account = await pairing.account();
    if (!account) throw new ApiError("unpaired");
    let rules = account.me.rules_off;
    if (ruleOff) rules = withEntry(rules, ruleOff);
    if (ruleOn) rules = withoutEntry(rules, ruleOn);
    const body: Schemas["PreferencesIn"] = {
      ...(shareChoice ? { share_choice: shareChoice } : {}),
      ...(ruleOff || ruleOn ? { rules_off: rules } : {}),
      ...(typeof wordingHelp === "boolean" ? { wording_help: wordingHelp } : {}),
    };
    const me = await pairing.authorizedCall({ method: "PUT", path: "/api/v1/me/preferences", body, read: readMe });
    await pairing.updateAccount(me);
    // A tip that is turned on again counts as new.
    const off = ruleOff ? rulesOffEverywhere([ruleOff]) : [];
    await seenTips.forget(parseRules([...off, ...(ruleOn ? [parseEntry(ruleOn).rule] : [])]));
    return broadcastState();
  },
  async ignore(tip) {
    await ignoredTips.add(parseTip(tip));
    if (isGrammarRule(tip.rule)) return null;
    // Administrators see which rules people ignore, never the words. A lost count is not worth a retry.
    const body: Schemas["PreferencesIn"] = { ignored_rule: tip.rule };
    await pairing.authorizedCall({ method: "PUT", path: "/api/v1/me/preferences", body, read: readMe }).catch(() => null);
    return null;
  },
  async "restore-ignored"({ tips }) {
    if (!Array.isArray(tips) || tips.length > MAX_TIPS) throw new ApiError("bad-message");
    await ignoredTips.remove(tips.map(parseTip));
    return null;
  },
  async posted({ left, fixed }, sender) {
    await requireReadingAllowed(sender);
    await seenTips.posted({ left: parseRules(left), fixed: parseRules(fixed) });
    await broadcastState();
    return null;
  },
  async "restore-seen"({ rules }) {
    await seenTips.forget(parseRules(rules));
    return broadcastState();
  },
  async settings(change) {
    await settings.change(change);
    if (change.grammar?.on === false) await grammar.unload();
    return broadcastState();
  },
  async "pair-begin"() {
    return { url: await pairing.startPairing() };
  },
  async "pair-finish"({ code, label }) {
    await pairing.finishPairing(code, label);
    await refreshDisabled();
    return broadcastState();
  },
  async unpair() {
    await pairing.unpair();
    return broadcastState();
  },
  async "sign-out-everywhere"() {
    await pairing.signOutEverywhere();
    return broadcastState();
  },
  async sent() {
    return sentEntries();
  },
  async "open-options"() {
    await chrome.runtime.openOptionsPage();
    return null;
  },
  async "open-write"() {
    await chrome.tabs.create({ url: `${BACKEND}/write` });
    return null;
  },
  async "open-notice"() {
    await chrome.tabs.create({ url: `${BACKEND}/me/data#notice` });
    return null;
  },
  async "refresh-account"() {
    return refreshAccount();
  },
  async "retry-shares"() {
    await queue.flush();
    return broadcastState();
  },
  async "dismiss-refusal"() {
    await store.remove("refused");
    return broadcastState();
  },
  async badge({ text }, { tab }) {
    const tabId = tab?.id;
    if (tabId === undefined || typeof text !== "string" || text.length > MAX_BADGE) throw new ApiError("bad-message");
    await chrome.action.setBadgeText({ tabId, text });
    return null;
  },
};
