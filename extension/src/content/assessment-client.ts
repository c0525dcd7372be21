import type { GrammarResult } from "../shared/grammar.js";
import type { TipKey } from "../shared/ignored.js";
import type { MarkedAssessment } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { RuleOff } from "../shared/rules-off.js";
import type { PostedRules } from "../shared/seen.js";
import type { Comparison, Surface } from "../shared/wire.js";
import type { Suggested, WordingJob, WordingStep } from "../shared/wording-help.js";

/** Assesses drafts: through the background worker, or through the web composer's own endpoints. */
export interface AssessmentClient {
  /** `readAnyway`: the rep says that the draft is about business, so the server leaves no sentence out either. */
  assess: (draft: string, surface: Surface, text: string, readAnyway: boolean) => Promise<Result<MarkedAssessment>>;
  compare: (draft: string, surface: Surface, a: string, b: string) => Promise<Result<Comparison>>;
  /** Spelling and grammar, where something on this device checks them. */
  grammar?: (draft: string, text: string, surface: Surface) => Promise<Result<GrammarResult>>;
  /** Another wording, with the coach's scores. `onStep` is called while it takes time. */
  suggest: (draft: string, job: WordingJob, onStep: (step: WordingStep) => void) => Promise<Result<Suggested>>;
  cancelSuggestion: (draft: string) => void;
  /** Cancels the requests of this draft that are in flight, except that for a suggestion. */
  cancel: (draft: string) => void;
  ignore: (tip: TipKey) => void;
  /** Turns a rule off or on, everywhere or on one surface. Resolves to whether that was saved. */
  turnRule: (off: RuleOff, isOff: boolean) => Promise<boolean>;
  restoreIgnored: (tips: TipKey[]) => void;
  /** Remembers on this device which tips were left in a post and which were acted on. */
  posted: (rules: PostedRules) => void;
  /** The tips of these rules, which were folded away, count as new. */
  restoreSeen: (rules: string[]) => void;
}
