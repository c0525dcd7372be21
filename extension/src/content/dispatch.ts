/** Carries out what the rep chose in the card or the panel, in a site's page and in the web composer alike. */
import { copy } from "../shared/clipboard.js";
import type { Action, PageAction } from "../shared/view.js";
import type { Session } from "./session.js";

type Handlers<A extends { do: string }> = { [K in A["do"]]: (action: Extract<A, { do: K }>) => unknown };

/** What the page does; both pages copy in the same way. Where there is nothing to do, the handler does nothing. */
export type PageHandlers = Handlers<Exclude<PageAction, { do: "copy" }>>;

/** `session` is that of the draft the rep is in, if any. Resolves once the outcome can be shown. */
export async function dispatch(action: Action, session: Session | undefined, page: PageHandlers): Promise<void> {
  if (action.do === "copy") {
    if (await copy(action.text)) await session?.dispatch({ type: "message", message: "copied" });
  } else if (isPageAction(action, page)) {
    const handle = page[action.do] as (chosen: typeof action) => unknown;
    await handle(action);
  } else await session?.dispatch({ type: "chosen", action });
}

const isPageAction = (
  action: Exclude<Action, { do: "copy" }>,
  page: PageHandlers,
): action is Exclude<PageAction, { do: "copy" }> => Object.hasOwn(page, action.do);
