import { useEffect, useState } from "preact/hooks";
import { type ClientState, parseNotice, request } from "./protocol.js";

/** The state, kept up to date while the page is open; `null` until it is known. Opening a page of ours is the rep's own
 * act, and so the moment to ask the server whether anything has changed there. */
export function useClientState(): [ClientState | null, (now: ClientState) => void] {
  const [state, setState] = useState<ClientState | null>(null);
  useEffect(() => {
    void request("client-state", {}).then((answer) => {
      if (!("ok" in answer)) return;
      setState(answer.ok);
      if (answer.ok.paired && answer.ok.consented) void request("refresh-account", {});
    });
    const heard = (message: unknown): void => {
      const notice = parseNotice(message);
      if (notice?.kind === "changed") setState(notice.state);
    };
    chrome.runtime.onMessage.addListener(heard);
    return () => chrome.runtime.onMessage.removeListener(heard);
  }, []);
  return [state, setState];
}

/** The tab in front of this window. */
export async function activeTab(): Promise<number | null> {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? null;
}
