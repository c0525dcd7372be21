/** Carries out what the rep chose in the card or the panel. */
import { copy } from "../shared/clipboard.js";
import { request } from "../shared/protocol.js";
import type { Action } from "../shared/view.js";
import type { Session } from "./session.js";
import type { ShareQuestion } from "./share-question.js";

export interface ActionTarget {
  /** The draft the rep is in, if any. */
  session: Session | undefined;
  question: ShareQuestion;
}

export async function perform(action: Action, { session, question }: ActionTarget): Promise<void> {
  switch (action.do) {
    case "apply":
      if (session && (await session.apply(action.tip, action.replacement)) === "insert-failed") await copy(action.replacement);
      break;
    case "copy":
      if (await copy(action.text)) session?.showMessage("copied");
      break;
    case "ignore":
      session?.ignore(action.tip);
      break;
    case "restore-ignored":
      session?.restoreIgnored();
      break;
    case "toggle-seen":
      session?.toggleSeen();
      break;
    case "restore-seen":
      session?.restoreSeen();
      break;
    case "turn-off":
      await request("choose", { ruleOff: action.rule });
      break;
    case "add-word":
      await request("add-word", { word: action.word });
      break;
    case "select":
      session?.showTip(action.tip);
      break;
    case "emphasize":
      session?.emphasize(action.advice);
      break;
    case "show-advice":
      session?.showAdvice(action.advice);
      break;
    case "keep-wording":
      session?.keepWording();
      break;
    case "discard-wording":
      session?.discardWording();
      break;
    case "compare":
      await session?.compare();
      break;
    case "read-anyway":
      session?.readAnyway();
      break;
    case "retry":
      session?.reassess();
      break;
    case "settings":
      await request("open-options", {});
      break;
    case "write":
      await request("open-write", {});
      break;
    case "read-notice":
      await request("open-notice", {});
      break;
    case "share":
      await question.answer(action.choice, action.link);
      break;
    case "withdraw":
      await question.withdraw();
      break;
    case "dismiss-prompt":
      question.dismiss();
      break;
  }
}
