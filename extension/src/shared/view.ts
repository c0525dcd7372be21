/** What the card, the side panel and the web composer show of one draft. Plain data, since it is sent between processes. */
import type { GrammarFinding } from "./grammar.js";
import type { ErrorCode } from "./result.js";
import type { RuleOff } from "./rules-off.js";
import type { WaitingReason } from "./waiting.js";
import type { Advice, Assessment, Comparison, Finding, Share, Surface } from "./wire.js";
import type { Suggested, WordingHelp, WordingStep } from "./wording-help.js";

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

/** A finding whose words are unchanged. `words` is empty for a finding about the whole text. */
export interface Tip {
  id: string;
  finding: Finding | GrammarFinding;
  words: string;
  /** Folded away, because the rep left it as it was in several posts. */
  seen: boolean;
  /** Why the tip can only be read, in a list that is held as it was; `null` for one that is there. "words": they have changed. */
  gone: "words" | "ignored" | "off-here" | "off-everywhere" | null;
}

/** Advice with those of its words that are unchanged, in the order of the text. */
export interface AdviceView {
  advice: Advice;
  words: string[];
  /** In a list that is held as it was: those of the words that are no longer there, and whether the advice is not either. */
  gone: string[];
  isGone: boolean;
}

/** The question whether a text that was just posted should count, and its outcome. */
export type Prompt =
  /** `post` is the idempotency key of the share; `link` is the post's address, if the site has shown it. */
  | { state: "ask"; post: string; link: string | null }
  | { state: "sending" }
  | { state: "waiting"; reason: WaitingReason }
  | { state: "sent"; share: Share }
  | { state: "withdrawn" }
  | { state: "refused"; detail: string };

/** The comparison with the kept wording. "outdated": the draft has changed since it was made. */
export type ComparisonState =
  | { state: "asking" }
  | { state: "answered"; comparison: Comparison }
  | { state: "failed"; error: ErrorCode; detail: string }
  | { state: "outdated" };

/** An earlier wording of the draft. `assessment` is `null` if it was for another surface. */
export interface KeptWording {
  text: string;
  assessment: Assessment | null;
  comparison: ComparisonState | null;
}

/** A suggested wording for the advice with this code. `text` is the draft that it is about. */
export type Suggestion =
  | { readonly state: "idle" }
  | {
      readonly state: "asking";
      readonly request: number;
      readonly advice: string;
      readonly text: string;
      readonly step: WordingStep;
    }
  | { readonly state: "shown"; readonly advice: string; readonly text: string; readonly suggested: Suggested }
  | {
      readonly state: "failed";
      readonly advice: string;
      readonly text: string;
      readonly error: ErrorCode;
      readonly detail: string;
      /** The server's own code of the problem, or empty. */
      readonly code: string;
    };

export interface SuggestionView extends WordingHelp {
  /** Whether a wording may be asked for now. */
  canAsk: boolean;
  suggestion: Suggestion;
}

export interface DraftView {
  /** Unique among the drafts of all frames and pages. */
  draft: string;
  /** As what the draft was assessed: a post may have become a long one. Before that, the surface of its editor. */
  surface: Surface;
  status: Status;
  /** For "refused" the server's sentence; for "protected" "server" if the server recognised it; for "site-changed" what is
   * paused. */
  detail: string;
  text: string;
  assessment: Assessment | null;
  /** The text that was assessed, to which the spans of the assessment refer; empty without an assessment. */
  assessedText: string;
  /** Whether the assessment is of this very text. */
  isCurrent: boolean;
  advice: AdviceView[];
  /** The words that gave protected sentences away. These sentences were neither sent nor read. */
  unread: string[];
  /** The tips that cost the most points first. Without those in the sentence that is being typed, of which there are `typing`. */
  tips: Tip[];
  typing: number;
  ignored: number;
  /** What the rep turned off in this draft: everywhere, or on the surface that it had then. */
  turnedOff: RuleOff[];
  /** The list is held as it was, and would show other rows. */
  isWaiting: boolean;
  /** Whether the tips that the rep has seen before are unfolded. */
  isSeenOpen: boolean;
  /** Whether the words of advice and tips are underlined in the draft. */
  isUnderlined: boolean;
  selected: string | null;
  /** Whether Apply is offered; otherwise only Copy is. */
  canApply: boolean;
  /** Whether the editor would write in the wrong place while the page has no focus, as after a click in the side panel. */
  needsFocus: boolean;
  message:
    | ""
    | "applied"
    | "copied"
    | "unchanged"
    | "not-applied"
    | "grammar-loading"
    | "not-turned-off"
    | "not-turned-on"
    | "covered";
  keptWording: KeptWording | null;
  /** `null` where wordings are not suggested: nothing of it is shown. */
  suggestion: SuggestionView | null;
  prompt: Prompt | null;
}

/** What the editor and its page add to the view. */
export type EditorView = Pick<DraftView, "draft" | "isUnderlined" | "canApply" | "needsFocus">;
/** The view without that, and without the surface, which changes with the text. */
export type CoreView = Omit<DraftView, keyof EditorView | "surface">;

/** What the rep can do with the draft itself. */
export type DraftAction =
  | { do: "apply"; tip: string; replacement: string }
  | { do: "ignore"; tip: string }
  | { do: "restore-ignored" }
  /** Turns the tip's rule off, everywhere or on this draft's surface. */
  | { do: "turn-off"; tip: string; everywhere: boolean }
  /** Undoes that; `entry` as in shared/rules-off.ts. */
  | { do: "turn-on"; entry: string }
  /** The pointer or the keyboard's focus is in the list, and moves no row while it is there. */
  | { do: "enter-list" | "leave-list"; by: "pointer" | "focus" }
  /** Something lay over the card, so a click did not count. */
  | { do: "report-covered" }
  /** Unfolds the tips that the rep has seen before, or folds them. */
  | { do: "toggle-seen" }
  /** Shows them as new tips, in this post and the next ones. */
  | { do: "restore-seen" }
  | { do: "select"; tip: string | null }
  /** Emphasizes the words of the advice with this code in the draft; `null` ends that. */
  | { do: "emphasize"; advice: string | null }
  /** Brings the first of its words into view. */
  | { do: "show-advice"; advice: string }
  | { do: "keep-wording" }
  | { do: "discard-wording" }
  | { do: "compare" }
  /** Asks for another wording of what the advice with this code is about. */
  | { do: "suggest-wording"; advice: string }
  /** Cancels the request, or closes the suggestion. */
  | { do: "drop-suggestion" }
  | { do: "use-suggestion" }
  | { do: "read-anyway" }
  | { do: "retry" };

/** What the page around the draft does: the site's page through the worker, the web composer by itself. */
export type PageAction =
  | { do: "copy"; text: string }
  | { do: "add-word"; word: string }
  | { do: "share"; choice: "this" | "always" | "never" | "not-this"; link: string | null }
  | { do: "withdraw" }
  | { do: "dismiss-prompt" }
  | { do: "read-notice" }
  | { do: "write" }
  | { do: "settings" };

export type Action = DraftAction | PageAction;

/** Carries out what the rep chose in the card. */
export type Act = (action: Action) => void;
