/**
 * What the parts of the extension say to each other. One version for all of it: after an update the old content scripts
 * still run in open tabs, and a message of another version is refused rather than guessed at.
 */
import type { AboutWords } from "./ignored.js";
import type { Assessment, Comparison, Me, Share, ShareChoice, Surface } from "./wire.js";
import type { Action, DraftView } from "./view.js";

export const VERSION = 1;

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
  /** Adapters and layouts switched off by the server. */
  disabled: { adapter: string; layout: string; message: string }[];
  shareChoice: ShareChoice;
  rulesOff: string[];
  person: { name: string; email: string } | null;
  organisation: string | null;
  /** Shares not yet acknowledged by the server. */
  waiting: number;
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
  what: "draft" | "comparison" | "share";
  size: number;
}

export type ShareState = { state: "sent"; share: Share } | { state: "waiting" } | { state: "refused"; detail: string };

export interface ChangedSettings {
  consented?: boolean;
  mode?: Mode;
  underlines?: boolean;
  pausedHost?: { host: string; paused: boolean };
}

/** An assessment, with the places of findings whose tips the rep has ignored before. */
export type Judged = Assessment & { ignored?: number[] };

/** Asked of the worker; the key is the message's kind, the value its content and its answer. */
export interface Calls {
  situation: { ask: Record<never, never>; answer: Situation };
  assess: { ask: { editor: string; surface: Surface; text: string }; answer: Judged };
  compare: { ask: { editor: string; surface: Surface; a: string; b: string }; answer: Comparison };
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
  sent: { ask: Record<never, never>; answer: SentEntry[] };
  "open-options": { ask: Record<never, never>; answer: null };
  me: { ask: Record<never, never>; answer: Me };
}
export type Kind = keyof Calls;

/** Told to content scripts and to the extension's pages by the worker. */
export type Notice =
  | { kind: "changed"; situation: Situation }
  | { kind: "command"; command: "open-card" | "apply-tip" };

/** Over the port that the side panel opens to the content scripts of its tab. */
export type ToPanel = { kind: "view"; view: DraftView | null };
export type FromPanel = { kind: "act"; action: Action };

type Envelope<T> = T & { v: number };

export function envelope<T extends object>(message: T): Envelope<T> {
  return { ...message, v: VERSION };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

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

/** Asks the worker. A worker that is gone (the extension was updated or removed) answers "reloaded". */
export async function ask<K extends Kind>(kind: K, content: Calls[K]["ask"]): Promise<Answer<Calls[K]["answer"]>> {
  try {
    const answer: unknown = await chrome.runtime.sendMessage(envelope({ kind, ...content }));
    if (isObject(answer) && ("ok" in answer || typeof answer["error"] === "string")) {
      return answer as Answer<Calls[K]["answer"]>;
    }
    return { error: "reloaded" };
  } catch {
    return { error: "reloaded" };
  }
}
