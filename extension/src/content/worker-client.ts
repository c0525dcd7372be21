import { request } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import { toEntry } from "../shared/rules-off.js";
import type { AssessmentClient } from "./assessment-client.js";

/** Assesses drafts through the background worker. `onReloaded` is called once the worker is out of reach, because the extension
 * was updated while this page was open. */
export function workerClient(onReloaded: () => void): AssessmentClient {
  const reportReload = <T>(result: Result<T>): Result<T> => {
    // Deferred, so that the session shows the error first.
    if ("error" in result && result.error === "reloaded") setTimeout(onReloaded);
    return result;
  };
  return {
    assess: async (draft, surface, text, readAnyway) =>
      reportReload(await request("assess", { editor: draft, surface, text, readAnyway })),
    grammar: async (draft, text, surface) => reportReload(await request("grammar", { editor: draft, text, surface })),
    compare: async (draft, surface, a, b) => reportReload(await request("compare", { editor: draft, surface, a, b })),
    suggest: async (draft, job) => reportReload(await request("suggest", { editor: draft, job })),
    cancelSuggestion: (draft) => void request("cancel-suggestion", { editor: draft }),
    cancel: (draft) => void request("cancel", { editor: draft }),
    ignore: (tip) => void request("ignore", tip),
    turnRule: async (off, isOff) => {
      const entry = toEntry(off);
      return "ok" in (await request("choose", isOff ? { ruleOff: entry } : { ruleOn: entry }));
    },
    restoreIgnored: (tips) => void request("restore-ignored", { tips }),
    posted: (rules) => void request("posted", rules),
    restoreSeen: (rules) => void request("restore-seen", { rules }),
  };
}
