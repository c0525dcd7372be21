import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { activeTab, useClientState } from "../shared/client-state.js";
import { type PageInfo, request, type SettingsChange } from "../shared/protocol.js";
import { adapterPaused, say } from "../shared/words.js";

declare const __BACKEND__: string;
declare const __FIREFOX__: boolean;
declare const browser: { sidebarAction: { open: () => Promise<void> } };

interface Front {
  tab: number | null;
  host: string | null;
  /** What is paused in one of its frames; empty where nothing is. */
  paused: string;
}

/** The host of the tab in front, told by its content scripts over a port: no permission to read addresses is needed. */
function useHost(): Front {
  const [state, setState] = useState<Front>({ tab: null, host: null, paused: "" });
  useEffect(() => {
    let port: chrome.runtime.Port | undefined;
    void activeTab().then((tab) => {
      if (tab === null) return;
      setState({ tab, host: null, paused: "" });
      port = chrome.tabs.connect(tab, { name: "host" });
      port.onMessage.addListener(({ host, paused }: Partial<PageInfo>) => {
        if (typeof host === "string") setState((before) => ({ tab, host, paused: paused || before.paused }));
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
  const [state, setState] = useClientState();
  const { tab, host, paused: here } = useHost();
  if (!state) return null;
  const paused = host !== null && state.paused.includes(host);
  const change = async (settings: SettingsChange): Promise<void> => {
    const answer = await request("settings", settings);
    if ("ok" in answer) setState(answer.ok);
  };
  const read = async (): Promise<void> => {
    const answer = await request("dismiss-refusal", {});
    if ("ok" in answer) setState(answer.ok);
  };
  const notices = new Set(state.disabled.map(({ adapter, message }) => message || adapterPaused(adapter)));
  if (here !== "") notices.add(here);
  const ready = state.paired && state.consented;
  return (
    <>
      <h1>{say("name")}</h1>
      <p class="quiet">
        {ready && state.person
          ? say("options_paired", { name: state.person.name, organisation: state.organisation ?? "" })
          : say(state.consented ? "status_unpaired" : "status_no-consent")}
      </p>
      {[...notices].map((notice) => (
        <p class="notice" key={notice}>
          {notice}
        </p>
      ))}
      {state.waiting > 0 && (
        <p class="notice">
          {state.waiting === 1 ? say("popup_waiting_one") : say("popup_waiting_many", { count: state.waiting })}
        </p>
      )}
      {state.refused && (
        <div class="notice">
          <p>{say("popup_refused", { detail: state.refused })}</p>
          <button onClick={() => void read()}>{say("popup_refused_read")}</button>
        </div>
      )}
      {ready && state.pausedToday && (
        <div class="notice">
          <p>{say("paused_today")}</p>
          <button class="first" onClick={() => void change({ pausedToday: false })}>
            {say("resume")}
          </button>
        </div>
      )}
      {!ready && (
        <button class="first" onClick={() => void chrome.runtime.openOptionsPage()}>
          {say("options_title")}
        </button>
      )}
      {ready && host !== null && (
        <button onClick={() => void change({ pausedHost: { host, paused: !paused } })}>
          {say(paused ? "popup_resume" : "popup_pause", { host })}
        </button>
      )}
      {ready && !state.pausedToday && (
        <button onClick={() => void change({ pausedToday: true })}>{say("popup_pause_today")}</button>
      )}
      {ready && host === null && <p class="quiet">{say("popup_elsewhere")}</p>}
      {ready && tab !== null && <button onClick={() => openPanel(tab)}>{say("popup_panel")}</button>}
      {ready && <button onClick={() => void chrome.tabs.create({ url: `${__BACKEND__}/write` })}>{say("open_write")}</button>}
      {ready && <button onClick={() => void chrome.runtime.openOptionsPage()}>{say("settings")}</button>}
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Popup />, app);
