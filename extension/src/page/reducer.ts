/** A page's state: the rep's settings, the draft they are in, whether the card is open, and the question about a post. */
import { type Access, accessIn } from "../draft/state.js";
import type { ShareState, SiteState } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { PageAction } from "../shared/view.js";
import { type PostedShare, type Question, withLateOutcome, withLink, withOutcome } from "./question.js";

export interface PageState {
  readonly site: SiteState;
  /** The draft that the rep is in, or was in last. */
  readonly active: string | null;
  readonly isOpen: boolean;
  readonly question: Question | null;
}

type Answer = Omit<Extract<PageAction, { do: "share" }>, "do">;

/** `key` is that of the share that a question is about. */
export type PageEvent =
  | { type: "site-changed"; site: SiteState }
  /** The rep entered a composer with a session. */
  | { type: "entered"; draft: string }
  /** The rep writes where nothing may be read. */
  | { type: "entered-unreadable" }
  /** The composer has left the page, or may no longer be read. */
  | { type: "left"; draft: string }
  | { type: "toggled"; isOpen: boolean; tip: string | null }
  | { type: "closed" }
  | { type: "posted"; question: Question }
  | { type: "link-found"; key: string; link: string }
  | ({ type: "answered" } & Answer)
  | { type: "shared"; key: string; result: Result<ShareState> }
  /** The outcome has been on screen for some time. */
  | { type: "outcome-expired"; key: string; cardHasFocus: boolean }
  | { type: "outcome-changed"; key: string; outcome: ShareState }
  | { type: "withdraw" }
  | { type: "withdrawn"; key: string }
  | { type: "dismissed" }
  | { type: "ended" };

export type PageEffect =
  | { do: "show" }
  /** The panels follow the draft that the rep entered, though nothing has changed in it. */
  | { do: "update-panels" }
  | { do: "leave-card" }
  | { do: "select-tip"; draft: string; tip: string | null }
  /** The list of disabled adapters has changed. */
  | { do: "check-composers"; active: string | null }
  | { do: "set-trade-words"; words: readonly string[] }
  | { do: "change-access"; access: Access }
  | { do: "remember-choice"; choice: "always" | "never" }
  /** `isAnswer`: the outcome is removed after some time, unless the rep never saw a question. */
  | { do: "share"; share: PostedShare; url: string | null; choice: Answer["choice"]; isAnswer: boolean }
  | { do: "withdraw"; key: string; id: number };

export interface PageTransition {
  readonly state: PageState;
  readonly effects: readonly PageEffect[];
}

const to = (state: PageState, ...effects: PageEffect[]): PageTransition => ({ state, effects });
const show = (state: PageState, ...effects: PageEffect[]): PageTransition => to(state, ...effects, { do: "show" });

/** Changes of these settings change what the responses are. */
const scoringSettings = ({ paired, rulesOff, grammar, tradeWords, wordingHelp }: SiteState): string =>
  JSON.stringify([paired, rulesOff, grammar, tradeWords, wordingHelp]);

/** The state after the event, and what has to be done. Without side effects. */
export function reducePage(state: PageState, event: PageEvent): PageTransition {
  const { question } = state;
  switch (event.type) {
    case "site-changed":
      return changeSite(state, event.site);
    case "entered":
      if (state.active === event.draft) return to(state, { do: "update-panels" });
      return show({ ...state, active: event.draft }, { do: "leave-card" });
    case "entered-unreadable":
      return to({ ...state, active: null });
    case "left":
      if (state.active !== event.draft) return to(state);
      return show({ ...state, active: null, isOpen: state.isOpen && question !== null });
    case "toggled":
      return show(
        { ...state, isOpen: event.isOpen },
        ...(state.active === null ? [] : [{ do: "select-tip", draft: state.active, tip: event.tip } as const]),
      );
    case "closed":
      // A share that is being sent keeps its question, so that the outcome is shown.
      return show({ ...state, isOpen: false, question: question?.prompt.state === "sending" ? question : null });
    case "posted":
      return ask(state, event.question);
    case "link-found":
      return changeQuestion(state, event.key, (asked) => withLink(asked, event.link));
    case "answered":
      return answer(state, event);
    case "shared":
      return changeQuestion(state, event.key, (asked) => withOutcome(asked, event.result));
    case "outcome-expired":
      return question?.share.key === event.key && !event.cardHasFocus ? dismiss(state) : to(state);
    case "outcome-changed":
      return changeQuestion(state, event.key, (asked) => withLateOutcome(asked, event.outcome));
    case "withdraw":
      if (question?.prompt.state !== "sent") return to(state);
      return to(state, { do: "withdraw", key: question.share.key, id: question.prompt.share.id });
    case "withdrawn":
      return changeQuestion(state, event.key, (asked) => ({ ...asked, prompt: { state: "withdrawn" } }));
    case "dismissed":
      return dismiss(state);
    case "ended":
      return to({ ...state, active: null, question: null });
  }
}

const dismiss = (state: PageState): PageTransition => show({ ...state, question: null, isOpen: false });

function changeSite(state: PageState, site: SiteState): PageTransition {
  const { site: before } = state;
  const hasChanged = (settings: (one: SiteState) => string): boolean => settings(before) !== settings(site);
  const effects: PageEffect[] = [];
  if (hasChanged(({ disabled }) => JSON.stringify(disabled))) effects.push({ do: "check-composers", active: state.active });
  effects.push({ do: "set-trade-words", words: site.tradeWords });
  if (hasChanged(scoringSettings)) effects.push({ do: "change-access", access: accessIn(site) });
  return show({ ...state, site }, ...effects);
}

function ask(state: PageState, question: Question): PageTransition {
  const asked = { ...state, question, isOpen: true };
  return state.site.shareChoice === "always" ? share(asked, question, "this", null, false) : show(asked);
}

function share(
  state: PageState,
  question: Question,
  choice: Answer["choice"],
  url: string | null,
  isAnswer: boolean,
): PageTransition {
  const sending = { ...state, question: { ...question, prompt: { state: "sending" } as const } };
  return show(sending, { do: "share", share: question.share, url, choice, isAnswer });
}

function answer(state: PageState, { choice, link }: Answer): PageTransition {
  const { question } = state;
  // A second click finds the question answered.
  if (question?.prompt.state !== "ask") return to(state);
  if (choice === "this" || choice === "always") return share(state, question, choice, link, true);
  const { state: dismissed, effects } = dismiss(state);
  return to(dismissed, ...effects, ...(choice === "never" ? [{ do: "remember-choice", choice } as const] : []));
}

/** A question that is no longer on screen is left alone. */
function changeQuestion(state: PageState, key: string, change: (question: Question) => Question): PageTransition {
  const { question } = state;
  if (question?.share.key !== key) return to(state);
  const changed = change(question);
  return changed === question ? to(state) : show({ ...state, question: changed });
}
