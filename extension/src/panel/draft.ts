/** The draft in the active tab of the panel's window, reported by that tab's content scripts over a port. */
import { useEffect, useRef, useState } from "preact/hooks";
import { activeTab } from "../shared/client-state.js";
import { envelope, isFrameAttached, type PanelAction, type PanelUpdate } from "../shared/protocol.js";
import type { Act, DraftView } from "../shared/view.js";

/** The draft to show, `null` if there is none, and a function to act on it. */
export function useDraft(): [DraftView | null, Act] {
  const [view, setView] = useState<DraftView | null>(null);
  const port = useRef<chrome.runtime.Port | null>(null);

  useEffect(() => {
    let followedTab: number | null = null;
    /** By id: each frame may have one. The one that the rep entered last is shown. */
    const drafts = new Map<string, { entered: number; view: DraftView }>();
    /** Counts calls of `follow`, so that a call can tell when a newer one has started. */
    let followCount = 0;
    const leave = (): void => {
      port.current?.disconnect();
      port.current = null;
      drafts.clear();
      setView(null);
    };
    const applyUpdate = ({ draft, entered, view: update }: PanelUpdate): void => {
      if (update) drafts.set(draft, { entered, view: update });
      else drafts.delete(draft);
      setView([...drafts.values()].toSorted((a, b) => b.entered - a.entered)[0]?.view ?? null);
    };
    const follow = async (): Promise<void> => {
      // The draft shown belongs to another tab or page, so it is removed at once.
      leave();
      followCount += 1;
      const call = followCount;
      const tab = await activeTab();
      if (call !== followCount) return;
      followedTab = tab;
      if (tab === null) return;
      const newPort = chrome.tabs.connect(tab, { name: "panel" });
      port.current = newPort;
      newPort.onMessage.addListener((message: PanelUpdate) => {
        if (message.kind === "view" && port.current === newPort) applyUpdate(message);
      });
      newPort.onDisconnect.addListener(() => {
        void chrome.runtime.lastError;
        if (port.current === newPort) leave();
      });
    };
    const ownWindow = chrome.windows.getCurrent().then(({ id }) => id);
    const onActivated = ({ windowId }: { windowId: number }): void =>
      void ownWindow.then((ownId) => (windowId === ownId ? follow() : null));
    const onUpdated = (tab: number, { status }: { status?: string }): void => {
      if (tab === followedTab && status === "complete") void follow();
    };
    const onMessage = (message: unknown, { tab }: chrome.runtime.MessageSender): void => {
      if (isFrameAttached(message) && tab?.id !== undefined && tab.id === followedTab) void follow();
    };
    void follow();
    chrome.runtime.onMessage.addListener(onMessage);
    chrome.tabs.onActivated.addListener(onActivated);
    chrome.tabs.onUpdated.addListener(onUpdated);
    return () => {
      chrome.runtime.onMessage.removeListener(onMessage);
      chrome.tabs.onActivated.removeListener(onActivated);
      chrome.tabs.onUpdated.removeListener(onUpdated);
      followCount += 1;
      leave();
    };
  }, []);

  const act: Act = (action) => {
    if (view) port.current?.postMessage(envelope<PanelAction>({ kind: "act", draft: view.draft, action }));
  };
  return [view, act];
}
