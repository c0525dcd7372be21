/** Suggested wordings: where they come from, what is asked, and what is shown of one. Off unless the organisation chose a source. */
import * as contract from "../../../server/contract/wording-help.json";
import type { Span } from "./span.js";
import type { Advice, Assessment, Comparison, Me, Surface } from "./wire.js";

export type WordingMode = "off" | "device" | "endpoint";

/** `company` receives the texts in the mode "endpoint". */
export interface WordingHelp {
  mode: WordingMode;
  company: string;
}

export const NO_WORDING_HELP: WordingHelp = { mode: "off", company: "" };

/** The organisation's choice and the rep's own, as the options page shows them. */
export interface WordingOffer extends WordingHelp {
  isOn: boolean;
  /** Whether this browser has a model of its own. */
  hasModel: boolean;
}

type Stored = Partial<Pick<Me, "wording_help">>;

/** `me` of an older server, or stored by an earlier version, does not have it. */
export function wordingOffer({ wording_help: found }: Stored, hasModel: boolean): WordingOffer {
  return found
    ? { mode: found.mode, company: found.company, isOn: found.is_on, hasModel }
    : { ...NO_WORDING_HELP, isOn: true, hasModel };
}

/** What is offered to this rep in this browser. */
export const offeredHelp = ({ mode, company, isOn, hasModel }: WordingOffer): WordingHelp =>
  isOn && (mode === "endpoint" || (mode === "device" && hasModel)) ? { mode, company } : NO_WORDING_HELP;

/** The longest draft for which a wording is suggested, in UTF-16 code units. It is the server's own limit. */
export const MAX_WORDED_DRAFT = contract.max_draft;

/** What is asked for: another wording of `passage`, which is at `span` in `text`. */
export interface WordingJob {
  surface: Surface;
  text: string;
  advice: Pick<Advice, "code" | "message" | "question">;
  span: Span;
  passage: string;
  /** Whom the rep was told receives the draft; empty in the mode "device". */
  company: string;
}

export interface Suggested {
  span: Span;
  before: string;
  after: string;
  /** Figures and names that were not in the draft, now blanks. */
  blanks: number;
  /** Words that may be names, or claims of their own, which the draft does not have. */
  doubtful: string[];
  /** Of the draft with the suggestion; `null` if it could not be assessed. */
  assessment: Pick<Assessment, "score" | "band"> | null;
  comparison: Comparison | null;
  /** The draft would be longer than its site allows. */
  isTooLong: boolean;
}

/** What is being waited for. `loaded`: the share of the browser's model that is downloaded, from 0 to 1. */
export type WordingStep = { step: "downloading"; loaded: number } | { step: "writing" } | { step: "scoring" };

/** The same as the server's `wording_help/prompt.py`. */
export const systemPrompt = (): string => contract.system.join("\n");
export const userPrompt = ({ advice, text, passage }: WordingJob): string =>
  JSON.stringify({ advice: advice.message, question: advice.question, draft: text, passage });

/** Longer answers are no wording of the passage. */
export const maxAnswer = (passage: string): number => 2 * passage.length + contract.max_growth;
