import { useEffect, useState } from "preact/hooks";
import { type ClientState, parseNotice, request } from "./protocol.js";

/** The client state, kept up to date while the page is open; `null` until it is known. Opening a page also refreshes the account,
 * which may have changed on the server. */
export function useClientState(): [ClientState | null, (state: ClientState) => void] {
  const [state, setState] = useState<ClientState | null>(null);
  useEffect(() => {
    void request("client-state", {}).then((result) => {
      if (!("ok" in result)) return;
      setState(result.ok);
      if (result.ok.paired && result.ok.consented) void request("refresh-account", {});
    });
    const onMessage = (message: unknown): void => {
      const notice = parseNotice(message);
      if (notice?.kind === "changed") setState(notice.state);
    };
    chrome.runtime.onMessage.addListener(onMessage);
    return () => chrome.runtime.onMessage.removeListener(onMessage);
  }, []);
  return [state, setState];
}

/** The id of the active tab in this window. */
export async function activeTab(): Promise<number | null> {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab?.id ?? null;
}
