/**
 * The messages between the parts of the extension. One version covers all of them: after an update the old content scripts
 * still run in open tabs, and a message of another version is refused rather than misread.
 */
import type { GrammarResult, GrammarSettings, GrammarSettingsChange } from "./grammar.js";
import type { TipKey } from "./ignored.js";
import type { OwnNames, ProfileSurface, Sections } from "./profile.js";
import type { Result } from "./result.js";
import type { PostedRules } from "./seen.js";
import type { Action, DraftView } from "./view.js";
import type { WaitingReason, WaitingShares } from "./waiting.js";
import type { Assessment, Comparison, ProfileAssessment, Share, ShareChoice, Site, Surface } from "./wire.js";
import type { Suggested, WordingHelp, WordingJob, WordingOffer } from "./wording-help.js";

export const VERSION = 11;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The longest draft that is sent, in UTF-16 code units. It is the server's own limit. */
export const MAX_DRAFT = 30_000;

export type Mode = "card" | "quiet";

/** The rep's choices and the account, as every part needs them. Holds no tokens and no texts. */
export interface ClientState {
  paired: boolean;
  consented: boolean;
  /** The rep agreed before more was read, which is not read until they agree to it. */
  consentOutdated: boolean;
  mode: Mode;
  /** The organisation does not allow the extension to add elements to a site's page. */
  quietRequired: boolean;
  underlines: boolean;
  /** Hosts where the rep paused the coach. */
  paused: string[];
  /** Paused on every site until midnight where the rep is. */
  pausedToday: boolean;
  /** Adapters and layouts switched off by the server. */
  disabled: { adapter: string; layout: string; message: string }[];
  shareChoice: ShareChoice;
  /** As in shared/rules-off.ts. */
  rulesOff: string[];
  /** Rules whose tips are folded away, because the rep left them in several posts. */
  rulesSeen: string[];
  grammar: GrammarSettings;
  profiles: OwnNames;
  person: { name: string; email: string } | null;
  organisation: string | null;
  /** Words of the organisation's business that never count as protected talk. */
  tradeWords: string[];
  /** Suggested wordings, as this rep gets them in this browser. */
  wordingHelp: WordingHelp;
  /** What the organisation offers, with the rep's own choice. */
  wordingOffer: WordingOffer;
  sites: CoachedSite[];
  /** Shares not yet acknowledged by the server. */
  waiting: WaitingShares[];
  /** Why the server rejected a pending share; shown until the rep dismisses it. */
  refused: string;
  /** The rep has not confirmed the current notice to staff, without which no share counts. */
  noticeUnread: boolean;
  /** Why the last pairing ended, if the rep did not end it. */
  unpairedBecause: "" | "revoked";
}

/** A listed site, and whether the rep has allowed it in this browser. */
export type CoachedSite = Site & { isAllowed: boolean };

/** What content scripts get: they run beside a site's own scripts, so they know nothing that they neither show nor need. */
export type SiteState = Pick<
  ClientState,
  | "paired"
  | "consented"
  | "mode"
  | "underlines"
  | "paused"
  | "pausedToday"
  | "disabled"
  | "shareChoice"
  | "rulesOff"
  | "grammar"
  | "profiles"
  | "organisation"
  | "tradeWords"
  | "wordingHelp"
  | "sites"
>;

/** In quiet mode the side panel shows the organisation's name, and the page nothing. */
export const toSiteState = (state: ClientState): SiteState => ({
  paired: state.paired,
  consented: state.consented,
  mode: state.mode,
  underlines: state.underlines,
  paused: state.paused,
  pausedToday: state.pausedToday,
  disabled: state.disabled,
  shareChoice: state.shareChoice,
  rulesOff: state.rulesOff,
  grammar: state.grammar,
  profiles: state.profiles,
  organisation: state.mode === "card" ? state.organisation : null,
  tradeWords: state.tradeWords,
  wordingHelp: state.wordingHelp,
  sites: state.sites.filter(({ isAllowed }) => isAllowed),
});

/** Requests that are answered with the client's state, which content scripts get as a `SiteState`. */
export const STATE_REQUESTS: ReadonlySet<RequestKind> = new Set<RequestKind>([
  "client-state",
  "add-word",
  "choose",
  "restore-seen",
]);

/** One entry of the log of what was sent. It never holds the text. */
export interface SentEntry {
  at: string;
  surface: string;
  what: "draft" | "comparison" | "share" | "profile" | "wording";
  size: number;
  /** Of a share: its idempotency key, the server's id of it, and what became of it. Entries of earlier versions lack them. */
  key?: string;
  share?: number;
  outcome?: ShareOutcome;
}

/** What became of a share, as the server last told this browser. */
export type ShareOutcome =
  | { state: "waiting"; reason: WaitingReason }
  | { state: Share["state"] | "refused"; reason: string }
  | { state: "withdrawn" };

export type ShareState =
  | { state: "sent"; share: Share }
  | { state: "waiting"; reason: WaitingReason }
  | { state: "refused"; detail: string };

export interface SettingsChange {
  consented?: boolean;
  mode?: Mode;
  underlines?: boolean;
  pausedHost?: { host: string; paused: boolean };
  pausedToday?: boolean;
  profiles?: Partial<OwnNames>;
  grammar?: GrammarSettingsChange;
}

/** An assessment, with the indexes of the findings whose tips the rep has ignored before, and of those that are folded away because
 * the rep has seen them in several posts. */
export type MarkedAssessment = Assessment & { ignored?: number[]; seen?: number[] };

/** Requests to the worker: the key is the kind of the message. */
export interface Requests {
  "client-state": { request: Record<never, never>; response: ClientState };
  assess: {
    request: { editor: string; surface: Surface; text: string; readAnyway: boolean };
    response: MarkedAssessment;
  };
  /** Spelling and grammar; the text stays in the browser. */
  grammar: { request: { editor: string; text: string; surface: Surface }; response: GrammarResult };
  "add-word": { request: { word: string }; response: ClientState };
  compare: { request: { editor: string; surface: Surface; a: string; b: string }; response: Comparison };
  /** The rep's own profile, as they have reviewed and edited it. */
  "assess-profile": { request: { surface: ProfileSurface; sections: Sections }; response: ProfileAssessment };
  /** Another wording of one passage, by this browser's own model or through the server. */
  suggest: { request: { editor: string; job: WordingJob }; response: Suggested };
  "cancel-suggestion": { request: { editor: string }; response: null };
  cancel: { request: { editor: string }; response: null };
  share: {
    request: { key: string; surface: Surface; text: string; url: string | null; occurredAt: string };
    response: ShareState;
  };
  withdraw: { request: { id: number }; response: null };
  /** `ruleOff` and `ruleOn` as in shared/rules-off.ts. */
  choose: {
    request: { shareChoice?: ShareChoice; ruleOff?: string; ruleOn?: string; wordingHelp?: boolean };
    response: ClientState;
  };
  settings: { request: SettingsChange; response: ClientState };
  ignore: { request: TipKey; response: null };
  "restore-ignored": { request: { tips: TipKey[] }; response: null };
  /** The rep has posted a draft with these tips. */
  posted: { request: PostedRules; response: null };
  "restore-seen": { request: { rules: string[] }; response: ClientState };
  "pair-begin": { request: Record<never, never>; response: { url: string } };
  "pair-finish": { request: { code: string; label: string }; response: ClientState };
  unpair: { request: Record<never, never>; response: ClientState };
  "sign-out-everywhere": { request: Record<never, never>; response: ClientState };
  sent: { request: Record<never, never>; response: SentEntry[] };
  "open-options": { request: Record<never, never>; response: null };
  /** Fetches the account and its preferences from the server. */
  "refresh-account": { request: Record<never, never>; response: ClientState };
  /** Tries to send the pending shares now. */
  "retry-shares": { request: Record<never, never>; response: ClientState };
  "dismiss-refusal": { request: Record<never, never>; response: ClientState };
  "open-write": { request: Record<never, never>; response: null };
  /** Opens the server's page where the rep reads the notice and confirms it. */
  "open-notice": { request: Record<never, never>; response: null };
  /** Sets the text on the toolbar button of this tab, for quiet mode, where the page shows no badge. */
  badge: { request: { text: string }; response: null };
}
export type RequestKind = keyof Requests;

/** From the worker: `changed` to the extension's pages, the others to content scripts. `share-outcome` follows the response to
 * `share` if that said that the share waits. */
export type Notice =
  | { kind: "changed"; state: ClientState }
  | { kind: "site-changed"; state: SiteState }
  | { kind: "share-outcome"; key: string; outcome: ShareState }
  | { kind: "command"; command: "open-card" | "apply-tip" };

/** On the port that the side panel opens to the content scripts of its tab. A tab may have several frames, each with a draft:
 * the one that the rep entered last is shown, and an action names the draft that it is for. */
export type PanelUpdate = { kind: "view"; draft: string; entered: number; view: DraftView | null };
export type PanelAction = { kind: "act"; draft: string; action: Action };

/** On the port that the popup opens: the host of the page, and why the coach is paused there, if it is. */
export interface PageInfo {
  host: string;
  paused: string;
}

/** Sent by a frame with a draft that no panel is connected to: a port reaches only frames that existed when it was opened. */
export const FRAME_ATTACHED = { kind: "frame-attached", v: VERSION };
export const isFrameAttached = (message: unknown): boolean =>
  isObject(message) && message["v"] === VERSION && message["kind"] === FRAME_ATTACHED.kind;

type Envelope<T> = T & { v: number };

export function envelope<T extends object>(message: T): Envelope<T> {
  return { ...message, v: VERSION };
}

/** The kind of a well-formed request, or `null`. Its fields are checked where they are used. */
export function requestKind(message: unknown, known: ReadonlySet<string>): RequestKind | null {
  if (!isObject(message) || message["v"] !== VERSION) return null;
  const kind = message["kind"];
  return typeof kind === "string" && known.has(kind) ? (kind as RequestKind) : null;
}

const NOTICES = new Set(["changed", "site-changed", "share-outcome", "command"]);

export function parseNotice(message: unknown): Notice | null {
  if (!isObject(message) || message["v"] !== VERSION) return null;
  return typeof message["kind"] === "string" && NOTICES.has(message["kind"]) ? (message as unknown as Notice) : null;
}

/** Whether the extension was updated or removed while this script was running. */
function isOrphaned(): boolean {
  try {
    return !chrome.runtime?.id;
  } catch {
    return true;
  }
}

/** Sends a request to the worker, and retries once if the browser stopped the worker in the meantime, which it may do at any
 * time. The error is "reloaded" in a script whose extension has been updated or removed. */
export async function request<K extends RequestKind>(
  kind: K,
  content: Requests[K]["request"],
): Promise<Result<Requests[K]["response"]>> {
  for (let tries = 2; tries > 0 && !isOrphaned(); tries -= 1) {
    try {
      const response: unknown = await chrome.runtime.sendMessage(envelope({ kind, ...content }));
      if (isObject(response) && ("ok" in response || typeof response["error"] === "string")) {
        return response as Result<Requests[K]["response"]>;
      }
    } catch {
      // isOrphaned() distinguishes a stopped worker from a missing extension.
    }
  }
  return { error: isOrphaned() ? "reloaded" : "unreachable" };
}
