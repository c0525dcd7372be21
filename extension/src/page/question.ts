/** The question whether a posted text should count toward the rep's credit, and the outcome. */
import { cutProtected, findProtected } from "../content/text/protected.js";
import { getMessage } from "../shared/messages.js";
import type { Requests, ShareState, SiteState } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { DraftView, Prompt } from "../shared/view.js";
import { isPlace, type Surface } from "../shared/wire.js";

/** What is sent if the rep agrees, but for the link; `key` is its idempotency key. */
export type PostedShare = Omit<Requests["share"]["request"], "url">;

export interface Question {
  readonly share: PostedShare;
  /** The draft as it was when it was posted, without its texts. */
  readonly view: DraftView;
  readonly prompt: Prompt;
}

/** Whether the text may be shared, without its protected sentences, and the rep therefore asked. Articles and long posts have no
 * score, so they do not count toward credit. */
export const isShareable = (text: string, surface: Surface, { paired, consented, shareChoice }: SiteState): boolean =>
  paired && consented && shareChoice !== "never" && !isPlace(surface) && !findProtected(text).isGreaterPart;

/** `key` and `occurredAt` are new for each post. `draft` is the posted draft's view, with the surface as which it was posted. */
export function askAbout(
  text: string,
  draft: DraftView,
  { key, occurredAt }: Pick<PostedShare, "key" | "occurredAt">,
): Question {
  const view: DraftView = {
    ...draft,
    text: "",
    assessedText: "",
    advice: [],
    unread: [],
    tips: [],
    keptWording: null,
    status: "fresh",
    message: "",
  };
  const share = { key, surface: draft.surface, text: cutProtected(text), occurredAt };
  return { share, view, prompt: { state: "ask", post: key, link: null } };
}

export const questionView = ({ view, prompt }: Question): DraftView => ({ ...view, prompt });

/** The site has shown the post's link. */
export const withLink = (question: Question, link: string): Question =>
  question.prompt.state === "ask" ? { ...question, prompt: { ...question.prompt, link } } : question;

export const withOutcome = (question: Question, result: Result<ShareState>): Question => ({
  ...question,
  prompt: toPrompt(result),
});

/** A share that had to wait has been sent. */
export const withLateOutcome = (question: Question, outcome: ShareState): Question =>
  question.prompt.state === "waiting" ? { ...question, prompt: outcome } : question;

function toPrompt(result: Result<ShareState>): Prompt {
  if ("ok" in result) return result.ok;
  if (result.error === "refused") return { state: "refused", detail: result.detail ?? "" };
  if (result.error === "unreachable") return { state: "waiting", reason: "sending" };
  // After any other error the share is not in the queue.
  return { state: "refused", detail: getMessage("share_not_sent") };
}
