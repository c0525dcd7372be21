/** What the card, the side panel and the web composer show of one draft. Plain data: it crosses between processes. */
import type { Assessment, Finding, Share, Surface } from "./wire.js";

export type Status =
  | "empty" | "checking" | "fresh" | "unreachable" | "protected" | "unpaired" | "no-consent" | "too-long" | "refused"
  | "busy" | "reloaded";

/** A finding that still holds. `words` are the very words it is about, empty when it is about the whole text. */
export interface Tip {
  id: string;
  finding: Finding;
  words: string;
  /** Hidden from the highlights, for the caret is in its sentence. */
  underCaret: boolean;
}

/** What happens to a text the rep has just posted. */
export type Prompt =
  | { state: "ask" }
  | { state: "sending" }
  | { state: "waiting" }
  | { state: "sent"; share: Share }
  | { state: "withdrawn" }
  | { state: "refused"; detail: string };

export interface DraftView {
  surface: Surface;
  status: Status;
  /** The server's own words for "refused"; "server" when it was the server that recognised protected talk. */
  detail: string;
  text: string;
  assessment: Assessment | null;
  tips: Tip[];
  ignored: number;
  selected: string | null;
  /** Whether Apply may be offered; otherwise Copy is the only way. */
  canApply: boolean;
  message: "" | "applied" | "copied" | "unchanged" | "not-applied";
  prompt: Prompt | null;
}

export type Action =
  | { do: "apply"; tip: string; replacement: string }
  | { do: "copy"; text: string }
  | { do: "ignore"; tip: string }
  | { do: "bring-back" }
  | { do: "turn-off"; rule: string }
  | { do: "select"; tip: string | null }
  | { do: "share"; choice: "this" | "always" | "never" | "not-this" }
  | { do: "withdraw" }
  | { do: "dismiss-prompt" }
  | { do: "retry" }
  | { do: "settings" };
