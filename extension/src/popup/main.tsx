/** The popup of the toolbar button: the connection, pauses, and links to everything else. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { activeTab, useClientState } from "../shared/client-state.js";
import { adapterPaused, getMessage } from "../shared/messages.js";
import { type PageInfo, request, type SettingsChange } from "../shared/protocol.js";
import { UnreadNotice } from "../shared/unread-notice.js";
import { Waiting } from "./waiting.js";

declare const __BACKEND__: string;
declare const __FIREFOX__: boolean;
declare const browser: { sidebarAction: { open: () => Promise<void> } };

interface ActiveTab {
  tab: number | null;
  host: string | null;
  /** Why an adapter is paused in one of its frames; empty if none is. */
  paused: string;
}

/** The active tab's host, which its content scripts report over a port, so that no permission to read addresses is needed. */
function useActiveTab(): ActiveTab {
  const [state, setState] = useState<ActiveTab>({ tab: null, host: null, paused: "" });
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
  // Browsers open a panel only in direct response to a click, so nothing may be awaited before.
  if (__FIREFOX__) void browser.sidebarAction.open();
  else void chrome.sidePanel.open({ tabId: tab });
  window.close();
}

function Popup() {
  const [state, setState] = useClientState();
  const { tab, host, paused: pausedHere } = useActiveTab();
  if (!state) return null;
  const isPaused = host !== null && state.paused.includes(host);
  const change = async (settings: SettingsChange): Promise<void> => {
    const result = await request("settings", settings);
    if ("ok" in result) setState(result.ok);
  };
  const dismissRefusal = async (): Promise<void> => {
    const result = await request("dismiss-refusal", {});
    if ("ok" in result) setState(result.ok);
  };
  const notices = new Set(state.disabled.map(({ adapter, message }) => message || adapterPaused(adapter)));
  if (pausedHere !== "") notices.add(pausedHere);
  const isReady = state.paired && state.consented;
  return (
    <>
      <h1>{getMessage("name")}</h1>
      <p class="ui-muted">
        {isReady && state.person
          ? getMessage("options_paired", { name: state.person.name, organisation: state.organisation ?? "" })
          : getMessage(state.consented ? "status_unpaired" : "status_no-consent")}
      </p>
      {[...notices].map((notice) => (
        <p class="ui-notice" key={notice}>
          {notice}
        </p>
      ))}
      {isReady && state.noticeUnread && !state.waiting.some(({ reason }) => reason === "notice") && <UnreadNotice />}
      <Waiting state={state} setState={setState} />
      {state.refused && (
        <div class="ui-notice">
          <p>{getMessage("popup_refused", { detail: state.refused })}</p>
          <button onClick={() => void dismissRefusal()}>{getMessage("dismiss")}</button>
        </div>
      )}
      {isReady && state.pausedToday && (
        <div class="ui-notice">
          <p>{getMessage("paused_today")}</p>
          <button class="ui-primary" onClick={() => void change({ pausedToday: false })}>
            {getMessage("resume")}
          </button>
        </div>
      )}
      {!isReady && (
        <button class="ui-primary" onClick={() => void chrome.runtime.openOptionsPage()}>
          {getMessage("settings_title")}
        </button>
      )}
      {isReady && host !== null && (
        <button onClick={() => void change({ pausedHost: { host, paused: !isPaused } })}>
          {getMessage(isPaused ? "popup_resume" : "popup_pause", { host })}
        </button>
      )}
      {isReady && !state.pausedToday && (
        <button onClick={() => void change({ pausedToday: true })}>{getMessage("popup_pause_today")}</button>
      )}
      {isReady && host === null && <p class="ui-muted">{getMessage("popup_elsewhere")}</p>}
      {isReady && tab !== null && <button onClick={() => openPanel(tab)}>{getMessage("open_panel")}</button>}
      {isReady && (
        <button onClick={() => void chrome.tabs.create({ url: `${__BACKEND__}/write` })}>{getMessage("open_write")}</button>
      )}
      {isReady && (
        <button onClick={() => void chrome.tabs.create({ url: `${__BACKEND__}/me/week` })}>{getMessage("open_week")}</button>
      )}
      {isReady && <button onClick={() => void chrome.runtime.openOptionsPage()}>{getMessage("settings")}</button>}
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Popup />, app);
