/** The side panel: the card of the draft in the tab in front. In quiet mode it is the only place for it. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Card } from "../content/paint/card.js";
import { useClientState } from "../shared/client-state.js";
import { type ClientState, request, type SettingsChange } from "../shared/protocol.js";
import type { Action } from "../shared/view.js";
import { say } from "../shared/words.js";
import { useDraft } from "./draft.js";
import { Profile } from "./profile.js";

/** The keys that apply a tip: as set in the browser, or those that the page itself listens for. */
function useShortcut(): string {
  const [keys, setKeys] = useState("Alt+Shift+A");
  useEffect(() => {
    void chrome.commands.getAll().then((commands) => {
      const set = commands.find(({ name }) => name === "apply-tip")?.shortcut;
      if (set) setKeys(set);
    });
  }, []);
  return keys;
}

function Panel() {
  const [state, take] = useClientState();
  const [view, send] = useDraft();
  const [copied, setCopied] = useState(false);
  const keys = useShortcut();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new view of an unchanged draft keeps the message
  useEffect(() => setCopied(false), [view?.draft, view?.text, view?.selected]);

  const act = (action: Action): void => {
    // Only the document with the focus may write to the clipboard, and after a click here it is this one.
    if (action.do === "copy") void navigator.clipboard.writeText(action.text).then(() => setCopied(true));
    else send(action);
  };
  const change = async (settings: SettingsChange): Promise<void> => {
    const answer = await request("settings", settings);
    if ("ok" in answer) take(answer.ok);
  };
  const [tab, setTab] = useState<"draft" | "profile">("draft");
  if (!state) return null;
  const ready = state.consented && state.paired;
  return (
    <>
      <h1 class="unseen">{say("name")}</h1>
      {ready && (
        <div class="pages" role="tablist">
          {(["draft", "profile"] as const).map((name) => (
            <button class="page" role="tab" key={name} aria-selected={tab === name} onClick={() => setTab(name)}>
              {say(`panel_${name}`)}
            </button>
          ))}
        </div>
      )}
      {ready && tab === "profile" ? (
        <Profile state={state} change={change} />
      ) : view ? (
        <>
          {view.needsFocus && view.tips.length > 0 && <p class="notice">{say("panel_apply_keys", { keys })}</p>}
          <Card
            view={{ ...view, canApply: view.canApply && !view.needsFocus, message: copied ? "copied" : view.message }}
            act={act}
            organisation={state.organisation ?? ""}
            mayType
          />
        </>
      ) : (
        <Nothing state={state} resume={() => void change({ pausedToday: false })} />
      )}
      {ready && tab === "draft" && (
        <label class="choice foot">
          <input type="checkbox" checked={state.underlines} onChange={() => void change({ underlines: !state.underlines })} />
          <span>{say("panel_underlines")}</span>
        </label>
      )}
    </>
  );
}

/** Why there is no draft here, and what to do next. */
function Nothing({ state, resume }: { state: ClientState; resume: () => void }) {
  if (!state.consented || !state.paired) {
    return (
      <div class="nothing">
        <p>{say(state.consented ? "status_unpaired" : "status_no-consent")}</p>
        <button class="first" onClick={() => void chrome.runtime.openOptionsPage()}>
          {say("options_title")}
        </button>
      </div>
    );
  }
  if (state.pausedToday) {
    return (
      <div class="nothing">
        <p>{say("paused_today")}</p>
        <button class="first" onClick={resume}>
          {say("resume")}
        </button>
      </div>
    );
  }
  return (
    <div class="nothing">
      <p>{say("panel_empty")}</p>
      {state.paused.length > 0 && <p class="quiet">{say("panel_paused", { hosts: state.paused.join(", ") })}</p>}
    </div>
  );
}

const app = document.getElementById("app");
if (app) render(<Panel />, app);
