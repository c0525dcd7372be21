/** The side panel: the card of the draft in the active tab, and the rep's own profile. In quiet mode tips appear only here. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Card } from "../content/paint/card.js";
import { useClientState } from "../shared/client-state.js";
import { getMessage } from "../shared/messages.js";
import { type ClientState, request, type SettingsChange } from "../shared/protocol.js";
import type { Action } from "../shared/view.js";
import { useDraft } from "./draft.js";
import { Profile } from "./profile.js";

/** The shortcut that applies a tip: the one set in the browser, or else the default that the content script listens for. */
function useShortcut(): string {
  const [keys, setKeys] = useState("Alt+Shift+A");
  useEffect(() => {
    void chrome.commands.getAll().then((commands) => {
      const shortcut = commands.find(({ name }) => name === "apply-tip")?.shortcut;
      if (shortcut) setKeys(shortcut);
    });
  }, []);
  return keys;
}

function Panel() {
  const [state, setState] = useClientState();
  const [view, send] = useDraft();
  const [copied, setCopied] = useState(false);
  const keys = useShortcut();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new view of an unchanged draft keeps the message
  useEffect(() => setCopied(false), [view?.draft, view?.text, view?.selected]);

  const act = (action: Action): void => {
    // Only the focused document may write to the clipboard, and after a click here that is this one.
    if (action.do === "copy") void navigator.clipboard.writeText(action.text).then(() => setCopied(true));
    else send(action);
  };
  const change = async (settings: SettingsChange): Promise<void> => {
    const result = await request("settings", settings);
    if ("ok" in result) setState(result.ok);
  };
  const [tab, setTab] = useState<"draft" | "profile">("draft");
  if (!state) return null;
  const isReady = state.consented && state.paired;
  return (
    <>
      <h1 class="ui-visually-hidden">{getMessage("name")}</h1>
      {isReady && (
        <div class="ui-tabs" role="tablist">
          {(["draft", "profile"] as const).map((name) => (
            <button class="ui-tab" role="tab" key={name} aria-selected={tab === name} onClick={() => setTab(name)}>
              {getMessage(`panel_${name}`)}
            </button>
          ))}
        </div>
      )}
      {isReady && tab === "profile" ? (
        <Profile state={state} change={change} />
      ) : view ? (
        <>
          {view.needsFocus && view.tips.length > 0 && <p class="ui-notice">{getMessage("panel_apply_keys", { keys })}</p>}
          <Card
            view={{ ...view, canApply: view.canApply && !view.needsFocus, message: copied ? "copied" : view.message }}
            act={act}
            organisation={state.organisation ?? ""}
            mayType
          />
        </>
      ) : (
        <NoDraft state={state} resume={() => void change({ pausedToday: false })} />
      )}
      {isReady && tab === "draft" && (
        <label class="ui-choice panel-foot">
          <input type="checkbox" checked={state.underlines} onChange={() => void change({ underlines: !state.underlines })} />
          <span>{getMessage("panel_underlines")}</span>
        </label>
      )}
    </>
  );
}

/** Why no draft is shown, and what to do next. */
function NoDraft({ state, resume }: { state: ClientState; resume: () => void }) {
  if (!state.consented || !state.paired) {
    return (
      <div class="ui-empty">
        <p>{getMessage(state.consented ? "status_unpaired" : "status_no-consent")}</p>
        <button class="ui-primary" onClick={() => void chrome.runtime.openOptionsPage()}>
          {getMessage("settings_title")}
        </button>
      </div>
    );
  }
  if (state.pausedToday) {
    return (
      <div class="ui-empty">
        <p>{getMessage("paused_today")}</p>
        <button class="ui-primary" onClick={resume}>
          {getMessage("resume")}
        </button>
      </div>
    );
  }
  return (
    <div class="ui-empty">
      <p>{getMessage("panel_empty")}</p>
      {state.paused.length > 0 && <p class="ui-muted">{getMessage("panel_paused", { hosts: state.paused.join(", ") })}</p>}
    </div>
  );
}

const app = document.getElementById("app");
if (app) render(<Panel />, app);
