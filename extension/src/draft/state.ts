/** The state of one draft: plain data that only `reduce` changes. */
import { blankProtected, findProtected, type Protection } from "../content/text/protected.js";
import type { SiteState } from "../shared/protocol.js";
import { overlaps, type Span, textAt } from "../shared/span.js";
import type { DraftView, Status, Suggestion } from "../shared/view.js";
import type { Assessment, Surface } from "../shared/wire.js";
import type { WordingHelp } from "../shared/wording-help.js";
import { type TrackedAdvice, withoutHidden } from "./advice.js";
import type { HeldView } from "./held.js";
import { hiddenSpans, NO_TIPS, type Tips, visibleTips } from "./tips.js";
import { NOT_TYPING, sentenceIn, type Typing } from "./typing.js";
import { type Underline, underlineAdvice, underlineTips } from "./underlines.js";
import type { UserText } from "./user-text.js";
import { keepWording, NO_WORDING, type Wording } from "./wording.js";

/** What may be requested for the draft. */
export interface Access {
  /** The browser is connected to the organisation; otherwise nothing is requested. */
  readonly isPaired: boolean;
  /** Spelling and grammar are checked on this device. */
  readonly checksGrammar: boolean;
  /** Where suggested wordings come from. */
  readonly wordingHelp: WordingHelp;
  /** What the rep turned off, as in shared/rules-off.ts. */
  readonly rulesOff: readonly string[];
}

/** On a site; the worker checks it again. */
export const accessIn = ({ paired, grammar, wordingHelp, rulesOff }: SiteState): Access => ({
  isPaired: paired,
  checksGrammar: grammar.on,
  wordingHelp,
  rulesOff: [...rulesOff, ...grammar.off],
});

/** A request whose response is awaited, and the text that it is about. */
export interface InFlight {
  readonly id: number;
  readonly text: string;
}

export interface DraftState {
  readonly text: string;
  /** Of the editor. A post may be assessed as another surface once it has become a long one. */
  readonly surface: Surface;
  readonly access: Access;
  readonly typing: Typing;
  readonly userText: UserText;
  readonly tips: Tips;
  readonly advice: readonly TrackedAdvice[];
  /** The code of the advice that the rep points at. */
  readonly emphasized: string | null;
  /** The last assessment, with the text that its spans refer to. */
  readonly assessed: { readonly text: string; readonly assessment: Assessment } | null;
  /** The texts for which the coach's and the grammar tips need not be requested again. */
  readonly assessedText: string | null;
  readonly grammarText: string | null;
  /** The latest request of each kind; responses to earlier ones are dropped. */
  readonly assessing: InFlight | null;
  readonly checkingGrammar: InFlight | null;
  /** Of the last request of any kind. */
  readonly lastRequest: number;
  /** Whether the timer of the next assessment runs. */
  readonly isScheduled: boolean;
  /** The wait before the next retry after a temporary error. */
  readonly retryMs: number;
  readonly status: Status;
  readonly detail: string;
  readonly message: DraftView["message"];
  readonly selected: string | null;
  readonly isSeenOpen: boolean;
  /** What the card goes on showing while the pointer or the focus is in its list. */
  readonly held: HeldView | null;
  /** The rep said that this draft is about business. Forgotten with the draft. */
  readonly readAnyway: boolean;
  /** The comparison with a wording that the rep kept. */
  readonly wording: Wording;
  readonly suggestion: Suggestion;
  readonly hasEnded: boolean;
}

/** After "unreachable" or "busy" the draft is sent again with its next change, or after this long if the rep is still in the
 * editor. The wait doubles each time, so that a struggling server is not overloaded. */
export const RETRY_MS = 5_000;
export const MAX_RETRY_MS = 80_000;

export interface DraftStart {
  text: string;
  surface: Surface;
  access: Access;
  /** The text at the start is the rep's. */
  isUserText: boolean;
  /** A wording to compare with, whose score was for another surface. */
  keptWording: string | null;
}

export const createDraft = ({ text, surface, access, isUserText, keptWording }: DraftStart): DraftState => ({
  text,
  surface,
  access,
  typing: NOT_TYPING,
  userText: { text: isUserText ? text : null, inputUntil: 0 },
  tips: NO_TIPS,
  advice: [],
  emphasized: null,
  assessed: null,
  assessedText: null,
  grammarText: null,
  assessing: null,
  checkingGrammar: null,
  lastRequest: 0,
  isScheduled: false,
  retryMs: RETRY_MS,
  status: "empty",
  detail: "",
  message: "",
  selected: null,
  isSeenOpen: false,
  held: null,
  readAnyway: false,
  wording: keptWording === null ? NO_WORDING : keepWording(keptWording, null),
  suggestion: { state: "idle" },
  hasEnded: false,
});

const NOTHING_PROTECTED: Protection = { sentences: [], triggers: [], isGreaterPart: false };

type Readable = Pick<DraftState, "text" | "readAnyway">;

export const protectionOf = ({ text, readAnyway }: Readable): Protection =>
  readAnyway ? NOTHING_PROTECTED : findProtected(text);

/** The text as it may be sent: of the same length, with blanks in place of its protected sentences. */
export const sendableText = (readable: Readable): string => blankProtected(readable.text, protectionOf(readable));

/** As what the draft was assessed. */
export const surfaceOf = ({ assessed, surface }: DraftState): Surface => assessed?.assessment.surface ?? surface;

/** Whether the assessment is of this very text. */
export const isCurrent = ({ assessed, assessedText, text }: DraftState): boolean => assessed !== null && assessedText === text;

export const typedSentence = ({ typing, text }: DraftState): Span | null => sentenceIn(typing, text);

/** The advice without what the rep ignored or turned off. */
export const shownAdvice = (state: DraftState): readonly TrackedAdvice[] =>
  withoutHidden(state.advice, hiddenSpans(state.tips, surfaceOf(state)), (span) =>
    state.typing.sentences.some(
      (sentence) => overlaps(sentence, span) && textAt(state.text, sentence).trim() === textAt(state.text, span),
    ),
  );

/** The words that are underlined now. */
export function underlinesOf(state: DraftState): Underline[] {
  const sentence = typedSentence(state);
  const shown = visibleTips(state.tips, surfaceOf(state)).filter(({ tip }) => !tip.seen || state.isSeenOpen);
  return [...underlineTips(shown, sentence), ...underlineAdvice(shownAdvice(state), sentence, state.emphasized)];
}
