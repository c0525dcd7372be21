/**
 * What the parts of the extension say to each other. One version for all of it: after an update the old content scripts
 * still run in open tabs, and a message of another version is refused rather than guessed at.
 */
import type { GrammarResult, GrammarSettings } from "./grammar.js";
import type { TipKey } from "./ignored.js";
import type { OwnNames, ProfileSurface, Sections } from "./profile.js";
import type { Result } from "./result.js";
import type { Action, DraftView } from "./view.js";
import type { Assessment, Comparison, ProfileAssessment, Share, ShareChoice, Surface } from "./wire.js";

export const VERSION = 1;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Longest draft that is sent, in UTF-16 units; the server's own limit. */
export const MAX_DRAFT = 30_000;

export type Mode = "card" | "quiet";

/** What everything needs to know about the rep's choices and the account. No tokens, no texts. */
export interface ClientState {
  paired: boolean;
  consented: boolean;
  mode: Mode;
  /** The organisation wants no element of ours in a site's tree. */
  quietRequired: boolean;
  underlines: boolean;
  /** Hosts where the rep paused the coach. */
  paused: string[];
  /** Paused on every site until this day ends where the rep is. */
  pausedToday: boolean;
  /** Adapters and layouts switched off by the server. */
  disabled: { adapter: string; layout: string; message: string }[];
  shareChoice: ShareChoice;
  rulesOff: string[];
  grammar: GrammarSettings;
  profiles: OwnNames;
  person: { name: string; email: string } | null;
  organisation: string | null;
  /** Shares not yet acknowledged by the server. */
  waiting: number;
  /** Why the server did not take one that had waited; said until the rep has read it. */
  refused: string;
  /** Why the last pairing ended, where it was not the rep's own doing. */
  unpairedBecause: "" | "revoked";
}

/** One line of "what was sent": never the text. */
export interface SentEntry {
  at: string;
  surface: string;
  what: "draft" | "comparison" | "share" | "profile";
  size: number;
}

export type ShareState = { state: "sent"; share: Share } | { state: "waiting" } | { state: "refused"; detail: string };

export interface SettingsChange {
  consented?: boolean;
  mode?: Mode;
  underlines?: boolean;
  pausedHost?: { host: string; paused: boolean };
  pausedToday?: boolean;
  profiles?: Partial<OwnNames>;
  grammar?: Partial<Pick<GrammarSettings, "on" | "dialect">> & {
    addWord?: string;
    removeWord?: string;
    ruleOff?: string;
    ruleOn?: string;
  };
}

/** An assessment, with the places of findings whose tips the rep has ignored before. */
export type AssessmentWithIgnored = Assessment & { ignored?: number[] };

/** Asked of the worker; the key is the message's kind, the value its content and its answer. */
export interface Requests {
  "client-state": { request: Record<never, never>; response: ClientState };
  assess: { request: { editor: string; surface: Surface; text: string }; response: AssessmentWithIgnored };
  /** Spelling and grammar; the text stays in the browser. */
  grammar: { request: { editor: string; text: string }; response: GrammarResult };
  "add-word": { request: { word: string }; response: ClientState };
  compare: { request: { editor: string; surface: Surface; a: string; b: string }; response: Comparison };
  /** Of the rep's own profile, as they have seen and mended it. */
  "assess-profile": { request: { surface: ProfileSurface; sections: Sections }; response: ProfileAssessment };
  cancel: { request: { editor: string }; response: null };
  share: {
    request: { key: string; surface: Surface; text: string; url: string | null; occurredAt: string };
    response: ShareState;
  };
  withdraw: { request: { id: number }; response: null };
  choose: { request: { shareChoice?: ShareChoice; ruleOff?: string; ruleOn?: string }; response: ClientState };
  settings: { request: SettingsChange; response: ClientState };
  ignore: { request: TipKey; response: null };
  "restore-ignored": { request: { tips: TipKey[] }; response: null };
  "pair-begin": { request: Record<never, never>; response: { url: string } };
  "pair-finish": { request: { code: string; label: string }; response: ClientState };
  unpair: { request: Record<never, never>; response: ClientState };
  "sign-out-everywhere": { request: Record<never, never>; response: ClientState };
  sent: { request: Record<never, never>; response: SentEntry[] };
  "open-options": { request: Record<never, never>; response: null };
  /** Asks the server who is paired and what holds for them now. */
  "refresh-account": { request: Record<never, never>; response: ClientState };
  "dismiss-refusal": { request: Record<never, never>; response: ClientState };
  "open-write": { request: Record<never, never>; response: null };
  /** What the toolbar's button says for this tab, where there is no badge in the page. */
  badge: { request: { text: string }; response: null };
}
export type RequestKind = keyof Requests;

/** Told to content scripts and to the extension's pages by the worker. */
export type Notice = { kind: "changed"; state: ClientState } | { kind: "command"; command: "open-card" | "apply-tip" };

/** Over the port that the side panel opens to the content scripts of its tab. One tab may have several frames, each with a
 * draft: the one that was entered last is shown, and an action names the one that it was chosen for. */
export type PanelUpdate = { kind: "view"; draft: string; entered: number; view: DraftView | null };
export type PanelAction = { kind: "act"; draft: string; action: Action };

/** Over the port that the popup opens: where it was opened, and what is said there of a site that has changed. */
export interface PageInfo {
  host: string;
  paused: string;
}

/** From a frame that has come to hold a draft and no panel knows: a port reaches only the frames that were there before it. */
export const FRAME_ATTACHED = { kind: "frame-attached", v: VERSION };
export const isFrameAttached = (message: unknown): boolean =>
  isObject(message) && message["v"] === VERSION && message["kind"] === FRAME_ATTACHED.kind;

type Envelope<T> = T & { v: number };

export function envelope<T extends object>(message: T): Envelope<T> {
  return { ...message, v: VERSION };
}

/** The kind of a well-formed call, or `null`. Its fields are checked where they are used. */
export function requestKind(message: unknown, known: ReadonlySet<string>): RequestKind | null {
  if (!isObject(message) || message["v"] !== VERSION) return null;
  const kind = message["kind"];
  return typeof kind === "string" && known.has(kind) ? (kind as RequestKind) : null;
}

const NOTICES = new Set(["changed", "command"]);

export function parseNotice(message: unknown): Notice | null {
  if (!isObject(message) || message["v"] !== VERSION) return null;
  return typeof message["kind"] === "string" && NOTICES.has(message["kind"]) ? (message as unknown as Notice) : null;
}

/** Whether the extension was updated or removed under this script. */
function isOrphan(): boolean {
  try {
    return !chrome.runtime?.id;
  } catch {
    return true;
  }
}

/** Asks the worker: once more where it was stopped over its work, which the browser may do at any moment. Under a script
 * whose extension is gone (updated or removed) the answer is "reloaded". */
export async function request<K extends RequestKind>(
  kind: K,
  content: Requests[K]["request"],
): Promise<Result<Requests[K]["response"]>> {
  for (let tries = 2; tries > 0 && !isOrphan(); tries -= 1) {
    try {
      const answer: unknown = await chrome.runtime.sendMessage(envelope({ kind, ...content }));
      if (isObject(answer) && ("ok" in answer || typeof answer["error"] === "string")) {
        return answer as Result<Requests[K]["response"]>;
      }
    } catch {
      // Which of the two it was is told by what is left of the extension.
    }
  }
  return { error: isOrphan() ? "reloaded" : "unreachable" };
}
