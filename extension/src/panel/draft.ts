/** The draft of the tab in front of the panel's window, told by that tab's content scripts over a port. */
import { useEffect, useRef, useState } from "preact/hooks";
import { activeTab } from "../shared/client-state.js";
import { envelope, isFrameAttached, type PanelAction, type PanelUpdate } from "../shared/protocol.js";
import type { Action, DraftView } from "../shared/view.js";

/** What is known of it, `null` for nothing; and the way to act on the one that is shown. */
export function useDraft(): [DraftView | null, (action: Action) => void] {
  const [view, setView] = useState<DraftView | null>(null);
  const port = useRef<chrome.runtime.Port | null>(null);

  useEffect(() => {
    let followed: number | null = null;
    /** One of each frame, and when the rep came to it. Shown is the one that they came to last of those that are there. */
    const drafts = new Map<string, { entered: number; view: DraftView }>();
    let turns = 0;
    const leave = (): void => {
      port.current?.disconnect();
      port.current = null;
      drafts.clear();
      setView(null);
    };
    const hear = ({ draft, entered, view: told }: PanelUpdate): void => {
      if (told) drafts.set(draft, { entered, view: told });
      else drafts.delete(draft);
      setView([...drafts.values()].toSorted((one, other) => other.entered - one.entered)[0]?.view ?? null);
    };
    const follow = async (): Promise<void> => {
      // What was there belongs to another tab or page: gone before anything new is known.
      leave();
      turns += 1;
      const turn = turns;
      const tab = await activeTab();
      if (turn !== turns) return;
      followed = tab;
      if (tab === null) return;
      const opened = chrome.tabs.connect(tab, { name: "panel" });
      port.current = opened;
      opened.onMessage.addListener((message: PanelUpdate) => {
        if (message.kind === "view" && port.current === opened) hear(message);
      });
      opened.onDisconnect.addListener(() => {
        void chrome.runtime.lastError;
        if (port.current === opened) leave();
      });
    };
    const window = chrome.windows.getCurrent().then(({ id }) => id);
    const activated = ({ windowId }: { windowId: number }): void =>
      void window.then((own) => (windowId === own ? follow() : null));
    const updated = (tab: number, { status }: { status?: string }): void => {
      if (tab === followed && status === "complete") void follow();
    };
    const heard = (message: unknown, { tab }: chrome.runtime.MessageSender): void => {
      if (isFrameAttached(message) && tab?.id !== undefined && tab.id === followed) void follow();
    };
    void follow();
    chrome.runtime.onMessage.addListener(heard);
    chrome.tabs.onActivated.addListener(activated);
    chrome.tabs.onUpdated.addListener(updated);
    return () => {
      chrome.runtime.onMessage.removeListener(heard);
      chrome.tabs.onActivated.removeListener(activated);
      chrome.tabs.onUpdated.removeListener(updated);
      turns += 1;
      leave();
    };
  }, []);

  const send = (action: Action): void => {
    if (view) port.current?.postMessage(envelope<PanelAction>({ kind: "act", draft: view.draft, action }));
  };
  return [view, send];
}
