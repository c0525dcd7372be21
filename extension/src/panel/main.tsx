/** The side panel: the card of the draft in the tab in front. In quiet mode it is the only place for it. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Card } from "../content/paint/card.js";
import { type FromPanel, type ToPanel, envelope } from "../shared/protocol.js";
import { activeTab, useSituation } from "../shared/use.js";
import type { Action, DraftView } from "../shared/view.js";
import { say } from "../shared/words.js";

function Panel() {
  const [situation] = useSituation();
  const [view, setView] = useState<DraftView | null>(null);
  const port = useRef<chrome.runtime.Port | null>(null);

  useEffect(() => {
    const follow = async (): Promise<void> => {
      const tab = await activeTab();
      port.current?.disconnect();
      port.current = null;
      setView(null);
      if (tab === null) return;
      const opened = chrome.tabs.connect(tab, { name: "panel" });
      port.current = opened;
      opened.onMessage.addListener((message: ToPanel) => {
        if (message.kind === "view") setView(message.view);
      });
      opened.onDisconnect.addListener(() => {
        void chrome.runtime.lastError;
        if (port.current === opened) port.current = null;
      });
    };
    const again = (): void => void follow();
    const loaded = (_tab: number, { status }: { status?: string }): void => {
      if (status === "complete") again();
    };
    again();
    chrome.tabs.onActivated.addListener(again);
    chrome.tabs.onUpdated.addListener(loaded);
    return () => {
      chrome.tabs.onActivated.removeListener(again);
      chrome.tabs.onUpdated.removeListener(loaded);
      port.current?.disconnect();
    };
  }, []);

  const act = (action: Action): void => {
    if (action.do === "copy") void navigator.clipboard.writeText(action.text);
    else port.current?.postMessage(envelope<FromPanel>({ kind: "act", action }));
  };
  if (!situation) return null;
  if (!view) {
    return (
      <div class="nothing">
        <h1>{say("name")}</h1>
        <p>{say(situation.consented ? (situation.paired ? "panel_empty" : "status_unpaired") : "status_no-consent")}</p>
        {!(situation.consented && situation.paired) && (
          <button class="first" onClick={() => void chrome.runtime.openOptionsPage()}>
            {say("options_title")}
          </button>
        )}
      </div>
    );
  }
  // Here the focus is outside the page, and Draft.js writes into the wrong line then.
  const onX = view.surface.startsWith("x-");
  return (
    <>
      <h1 class="unseen">{say("name")}</h1>
      {onX && view.tips.length > 0 && <p class="notice">{say("panel_apply_hint")}</p>}
      <Card view={onX ? { ...view, canApply: false } : view} act={act} organisation={situation.organisation ?? ""} />
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Panel />, app);
