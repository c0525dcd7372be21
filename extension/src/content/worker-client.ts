import { type ClientState, request } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { AssessmentClient } from "./assessment-client.js";

/** Has drafts assessed by the background worker. `onReloaded` is called when the extension was updated under this page. */
export function workerClient(state: () => ClientState, onReloaded: () => void): AssessmentClient {
  const checked = <T>(result: Result<T>): Result<T> => {
    // After the session has shown it.
    if ("error" in result && result.error === "reloaded") setTimeout(onReloaded);
    return result;
  };
  return {
    assess: async (draft, surface, text) => {
      if (!state().paired) return { error: "unpaired" };
      return checked(await request("assess", { editor: draft, surface, text }));
    },
    grammar: async (draft, text) => {
      const { paired, grammar } = state();
      if (!paired || !grammar.on) return { ok: { findings: [], ignored: [] } };
      return checked(await request("grammar", { editor: draft, text }));
    },
    compare: async (draft, surface, a, b) => checked(await request("compare", { editor: draft, surface, a, b })),
    cancel: (draft) => void request("cancel", { editor: draft }),
    ignore: (tip) => void request("ignore", tip),
    restoreIgnored: (tips) => void request("restore-ignored", { tips }),
  };
}
