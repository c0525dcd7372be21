import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "../shared/protocol.js";
import { activeTab, useSituation } from "../shared/use.js";
import { say } from "../shared/words.js";

declare const __BACKEND__: string;
declare const __FIREFOX__: boolean;
declare const browser: { sidebarAction: { open: () => Promise<void> } };

/** The host of the tab in front, told by its content script over a port: no permission to read addresses is needed. */
function useHost(): { tab: number | null; host: string | null } {
  const [state, setState] = useState<{ tab: number | null; host: string | null }>({ tab: null, host: null });
  useEffect(() => {
    let port: chrome.runtime.Port | undefined;
    void activeTab().then((tab) => {
      if (tab === null) return;
      setState({ tab, host: null });
      port = chrome.tabs.connect(tab, { name: "host", frameId: 0 });
      port.onMessage.addListener((message: { host?: unknown }) => {
        if (typeof message.host === "string") setState({ tab, host: message.host });
      });
      // A tab without our content script closes the port at once; reading the error keeps the console quiet.
      port.onDisconnect.addListener(() => void chrome.runtime.lastError);
    });
    return () => port?.disconnect();
  }, []);
  return state;
}

function openPanel(tab: number): void {
  // Both want the click itself, so nothing may be awaited before them.
  if (__FIREFOX__) void browser.sidebarAction.open();
  else void chrome.sidePanel.open({ tabId: tab });
  window.close();
}

function Popup() {
  const [situation, setSituation] = useSituation();
  const { tab, host } = useHost();
  if (!situation) return null;
  const paused = host !== null && situation.paused.includes(host);
  const pause = async (): Promise<void> => {
    if (host === null) return;
    const answer = await ask("settings", { pausedHost: { host, paused: !paused } });
    if ("ok" in answer) setSituation(answer.ok);
  };
  const ready = situation.paired && situation.consented;
  return (
    <>
      <h1>{say("name")}</h1>
      <p class="quiet">
        {ready && situation.person
          ? say("options_paired", { name: situation.person.name, organisation: situation.organisation ?? "" })
          : say(situation.consented ? "status_unpaired" : "status_no-consent")}
      </p>
      {situation.disabled.map(({ adapter, layout, message }) => (
        <p class="notice" key={adapter + layout}>
          {message || say("adapter_paused")}
        </p>
      ))}
      {situation.waiting > 0 && (
        <p class="notice">{situation.waiting === 1 ? say("popup_waiting_one") : say("popup_waiting_many", { count: situation.waiting })}</p>
      )}
      {!ready && (
        <button class="first" onClick={() => void chrome.runtime.openOptionsPage()}>
          {say("options_title")}
        </button>
      )}
      {ready && host !== null && <button onClick={() => void pause()}>{say(paused ? "popup_resume" : "popup_pause", { host })}</button>}
      {ready && host === null && <p class="quiet">{say("popup_elsewhere")}</p>}
      {ready && tab !== null && <button onClick={() => openPanel(tab)}>{say("popup_panel")}</button>}
      {ready && <button onClick={() => void chrome.tabs.create({ url: `${__BACKEND__}/write` })}>{say("popup_write")}</button>}
      {ready && <button onClick={() => void chrome.runtime.openOptionsPage()}>{say("settings")}</button>}
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Popup />, app);
