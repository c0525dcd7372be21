import { useEffect, useState } from "preact/hooks";
import { type Situation, asNotice, ask } from "./protocol.js";

/** The situation, kept up to date while the page is open; `null` until it is known. Opening a page of ours is the rep's own
 * act, and so the moment to ask the server whether anything has changed there. */
export function useSituation(): [Situation | null, (now: Situation) => void] {
  const [situation, setSituation] = useState<Situation | null>(null);
  useEffect(() => {
    void ask("situation", {}).then((answer) => {
      if (!("ok" in answer)) return;
      setSituation(answer.ok);
      if (answer.ok.paired && answer.ok.consented) void ask("renew", {});
    });
    const heard = (message: unknown): void => {
      const notice = asNotice(message);
      if (notice?.kind === "changed") setSituation(notice.situation);
    };
    chrome.runtime.onMessage.addListener(heard);
    return () => chrome.runtime.onMessage.removeListener(heard);
  }, []);
  return [situation, setSituation];
}

/** The tab in front of this window. */
export async function activeTab(): Promise<number | null> {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? null;
}
