/**
 * What the parts of the extension say to each other. One version for all of it: after an update the old content scripts
 * still run in open tabs, and a message of another version is refused rather than guessed at.
 */
import type { GrammarAnswer, GrammarChoices } from "./grammar.js";
import type { AboutWords } from "./ignored.js";
import type { OwnNames, ProfileSurface, Sections } from "./profile.js";
import type { Assessment, Comparison, ProfileAssessment, Share, ShareChoice, Surface } from "./wire.js";
import type { Action, DraftView } from "./view.js";

export const VERSION = 1;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Longest draft that is sent, in UTF-16 units; the server's own limit. */
export const MAX_DRAFT = 30_000;

export type Mode = "card" | "quiet";

/** What everything needs to know about the rep's choices and the account. No tokens, no texts. */
export interface Situation {
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
  grammar: GrammarChoices;
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

export type ErrorCode =
  | "unpaired" | "no-consent" | "paused" | "unreachable" | "stale" | "refused" | "busy" | "invalid-answer" | "too-long"
  | "bad-message" | "reloaded";

export type Answer<T> = { ok: T } | { error: ErrorCode; detail?: string };

/** One line of "what was sent": never the text. */
export interface SentEntry {
  at: string;
  surface: string;
  what: "draft" | "comparison" | "share" | "profile";
  size: number;
}

export type ShareState = { state: "sent"; share: Share } | { state: "waiting" } | { state: "refused"; detail: string };

export interface ChangedSettings {
  consented?: boolean;
  mode?: Mode;
  underlines?: boolean;
  pausedHost?: { host: string; paused: boolean };
  pausedToday?: boolean;
  profiles?: Partial<OwnNames>;
  grammar?: Partial<Pick<GrammarChoices, "on" | "dialect">> & { addWord?: string; removeWord?: string; ruleOff?: string; ruleOn?: string };
}

/** An assessment, with the places of findings whose tips the rep has ignored before. */
export type Judged = Assessment & { ignored?: number[] };

/** Asked of the worker; the key is the message's kind, the value its content and its answer. */
export interface Calls {
  situation: { ask: Record<never, never>; answer: Situation };
  assess: { ask: { editor: string; surface: Surface; text: string }; answer: Judged };
  /** Spelling and grammar; the text stays in the browser. */
  grammar: { ask: { editor: string; text: string }; answer: GrammarAnswer };
  "add-word": { ask: { word: string }; answer: Situation };
  compare: { ask: { editor: string; surface: Surface; a: string; b: string }; answer: Comparison };
  /** Of the rep's own profile, as they have seen and mended it. */
  "assess-profile": { ask: { surface: ProfileSurface; sections: Sections }; answer: ProfileAssessment };
  forget: { ask: { editor: string }; answer: null };
  share: { ask: { key: string; surface: Surface; text: string; url: string | null; occurredAt: string }; answer: ShareState };
  withdraw: { ask: { id: number }; answer: null };
  choose: { ask: { shareChoice?: ShareChoice; ruleOff?: string; ruleOn?: string }; answer: Situation };
  settings: { ask: ChangedSettings; answer: Situation };
  ignore: { ask: AboutWords; answer: null };
  "bring-back": { ask: { tips: AboutWords[] }; answer: null };
  "pair-begin": { ask: Record<never, never>; answer: { url: string } };
  "pair-finish": { ask: { code: string; label: string }; answer: Situation };
  unpair: { ask: Record<never, never>; answer: Situation };
  "sign-out-everywhere": { ask: Record<never, never>; answer: Situation };
  sent: { ask: Record<never, never>; answer: SentEntry[] };
  "open-options": { ask: Record<never, never>; answer: null };
  /** Asks the server who is paired and what holds for them now. */
  renew: { ask: Record<never, never>; answer: Situation };
  "read-refusal": { ask: Record<never, never>; answer: Situation };
  "open-write": { ask: Record<never, never>; answer: null };
  /** What the toolbar's button says for this tab, where there is no badge in the page. */
  badge: { ask: { says: string }; answer: null };
}
export type Kind = keyof Calls;

/** Told to content scripts and to the extension's pages by the worker. */
export type Notice =
  | { kind: "changed"; situation: Situation }
  | { kind: "command"; command: "open-card" | "apply-tip" };

/** Over the port that the side panel opens to the content scripts of its tab. One tab may have several frames, each with a
 * draft: the one that was entered last is shown, and an action names the one that it was chosen for. */
export type ToPanel = { kind: "view"; draft: string; entered: number; view: DraftView | null };
export type FromPanel = { kind: "act"; draft: string; action: Action };

/** Over the port that the popup opens: where it was opened, and what is said there of a site that has changed. */
export interface FromHost {
  host: string;
  paused: string;
}

/** From a frame that has come to hold a draft and no panel knows: a port reaches only the frames that were there before it. */
export const HERE = { kind: "here", v: VERSION };
export const isHere = (message: unknown): boolean => isObject(message) && message["v"] === VERSION && message["kind"] === HERE.kind;

type Envelope<T> = T & { v: number };

export function envelope<T extends object>(message: T): Envelope<T> {
  return { ...message, v: VERSION };
}

/** The kind of a well-formed call, or `null`. Its fields are checked where they are used. */
export function callKind(message: unknown, known: ReadonlySet<string>): Kind | null {
  if (!isObject(message) || message["v"] !== VERSION) return null;
  const kind = message["kind"];
  return typeof kind === "string" && known.has(kind) ? (kind as Kind) : null;
}

const NOTICES = new Set(["changed", "command"]);

export function asNotice(message: unknown): Notice | null {
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
export async function ask<K extends Kind>(kind: K, content: Calls[K]["ask"]): Promise<Answer<Calls[K]["answer"]>> {
  for (let tries = 2; tries > 0 && !isOrphan(); tries -= 1) {
    try {
      const answer: unknown = await chrome.runtime.sendMessage(envelope({ kind, ...content }));
      if (isObject(answer) && ("ok" in answer || typeof answer["error"] === "string")) {
        return answer as Answer<Calls[K]["answer"]>;
      }
    } catch {
      // Which of the two it was is told by what is left of the extension.
    }
  }
  return { error: isOrphan() ? "reloaded" : "unreachable" };
}
