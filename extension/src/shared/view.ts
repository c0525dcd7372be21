/** What the card, the side panel and the web composer show of one draft. Plain data: it crosses between processes. */
import type { GrammarFinding } from "./grammar.js";
import type { ErrorCode } from "./result.js";
import type { Assessment, Comparison, Finding, Share, Surface } from "./wire.js";

export type Status =
  | "empty"
  | "checking"
  | "fresh"
  | "unreachable"
  | "protected"
  | "unpaired"
  | "no-consent"
  | "too-long"
  | "refused"
  | "busy"
  | "reloaded"
  | "site-changed";

/** A finding that still holds. `words` are the very words it is about, empty when it is about the whole text. */
export interface Tip {
  id: string;
  finding: Finding | GrammarFinding;
  words: string;
  /** Hidden from the highlights, for the caret is in its sentence. */
  underCaret: boolean;
}

/** What happens to a text the rep has just posted. */
export type Prompt =
  /** `post` names the one that is asked about; `link` leads to it, where the site itself has shown one. */
  | { state: "ask"; post: string; link: string | null }
  | { state: "sending" }
  | { state: "waiting" }
  | { state: "sent"; share: Share }
  | { state: "withdrawn" }
  | { state: "refused"; detail: string };

/** The question which of two wordings is likely to do better. "outdated": the draft has changed since. */
export type ComparisonState =
  | { state: "asking" }
  | { state: "answered"; comparison: Comparison }
  | { state: "failed"; error: ErrorCode; detail: string }
  | { state: "outdated" };

/** An earlier wording of the draft. It has no assessment where it was written for another surface. */
export interface KeptWording {
  text: string;
  assessment: Assessment | null;
  comparison: ComparisonState | null;
}

export interface DraftView {
  /** Names this draft among those of all frames and pages. */
  draft: string;
  surface: Surface;
  status: Status;
  /** The server's own words for "refused"; "server" when it was the server that recognised protected talk; what is paused
   * for "site-changed". */
  detail: string;
  text: string;
  assessment: Assessment | null;
  /** The assessment is of this very text. */
  isCurrent: boolean;
  tips: Tip[];
  ignored: number;
  selected: string | null;
  /** Whether Apply may be offered; otherwise Copy is the only way. */
  canApply: boolean;
  /** The editor would write into the wrong place while the page has no focus, as after a click in the side panel. */
  needsFocus: boolean;
  message: "" | "applied" | "copied" | "unchanged" | "not-applied";
  keptWording: KeptWording | null;
  prompt: Prompt | null;
}

export type Action =
  | { do: "apply"; tip: string; replacement: string }
  | { do: "copy"; text: string }
  | { do: "ignore"; tip: string }
  | { do: "restore-ignored" }
  | { do: "turn-off"; rule: string }
  | { do: "add-word"; word: string }
  | { do: "select"; tip: string | null }
  | { do: "keep-wording" }
  | { do: "discard-wording" }
  | { do: "compare" }
  | { do: "share"; choice: "this" | "always" | "never" | "not-this"; link: string | null }
  | { do: "withdraw" }
  | { do: "dismiss-prompt" }
  | { do: "retry" }
  | { do: "write" }
  | { do: "settings" };

/** Carries out what the rep chose in the card. */
export type Act = (action: Action) => void;
