/** Carries out the effects of a page's transitions: in its composers, on screen, and by requests to the worker. */
import type { PageEffect, PageEvent } from "../page/reducer.js";
import { request } from "../shared/protocol.js";
import type { Composers } from "./composers.js";
import { setTradeWords } from "./text/protected.js";

/** How long the outcome of a share, and the notice after an update, stay on screen. */
export const OUTCOME_MS = 12_000;

export interface PageEffectContext {
  composers: () => Composers;
  show: () => void;
  updatePanels: () => void;
  cardHasFocus: () => boolean;
  signal: AbortSignal;
  dispatch: (event: PageEvent) => Promise<void>;
}

type PageEffectHandlers = { [K in PageEffect["do"]]: (effect: Extract<PageEffect, { do: K }>) => unknown };

/** A function that carries out one effect. It returns a promise for requests whose outcome is shown. */
export function createPageEffects(context: PageEffectContext): (effect: PageEffect) => unknown {
  const { composers, show, updatePanels, cardHasFocus, signal, dispatch } = context;
  const handlers: PageEffectHandlers = {
    show,
    "update-panels": updatePanels,
    "leave-card": () => composers().leaveCard(),
    "select-tip": ({ draft, tip }) => void composers().find(draft)?.session.dispatch({ type: "tip-selected", tip }),
    "check-composers": ({ active }) => composers().checkDisabled(active),
    "set-trade-words": ({ words }) => setTradeWords(words),
    "change-access": ({ access }) => {
      for (const session of composers().sessions) void session.dispatch({ type: "access-changed", access });
    },
    "remember-choice": ({ choice }) => request("choose", { shareChoice: choice }),
    share: async ({ share, url, choice, isAnswer }) => {
      const { key } = share;
      if (choice === "always") await request("choose", { shareChoice: "always" });
      await dispatch({ type: "shared", key, result: await request("share", { ...share, url }) });
      if (!isAnswer || signal.aborted) return;
      const expire = (): void => void dispatch({ type: "outcome-expired", key, cardHasFocus: cardHasFocus() });
      const timer = setTimeout(expire, OUTCOME_MS);
      signal.addEventListener("abort", () => clearTimeout(timer));
    },
    withdraw: async ({ key, id }) => {
      const result = await request("withdraw", { id });
      if ("ok" in result) await dispatch({ type: "withdrawn", key });
    },
  };
  return (effect) => (handlers[effect.do] as (one: PageEffect) => unknown)(effect);
}
