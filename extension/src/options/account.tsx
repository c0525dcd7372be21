/** Connecting this browser to the rep's account, and signing out, here or everywhere. */
import { useState } from "preact/hooks";
import { errorMessage } from "../shared/error-message.js";
import { getCountMessage, getMessage } from "../shared/messages.js";
import { request } from "../shared/protocol.js";
import { UnreadNotice } from "../shared/unread-notice.js";
import { countWaiting } from "../shared/waiting.js";
import type { SectionProps } from "./section-props.js";

declare const __FIREFOX__: boolean;
declare const browser: { permissions: { request: (permissions: object) => Promise<boolean> } };

const CODE = /^[A-Z0-9]{4}-?[A-Z0-9]{4}$/i;

function browserLabel(): string {
  const { userAgent } = navigator;
  const name = __FIREFOX__ ? "Firefox" : userAgent.includes("Edg/") ? "Edge" : "Chrome";
  const system = userAgent.includes("Windows") ? "Windows" : userAgent.includes("Mac") ? "macOS" : "Linux";
  return `${name} on ${system}`;
}

/** Firefox itself asks the person before data leaves the device, and only in response to a click: here, the one that pairs. */
async function requestDataPermission(): Promise<boolean> {
  if (!__FIREFOX__) return true;
  return browser.permissions.request({
    data_collection: ["websiteContent", "personallyIdentifyingInfo", "authenticationInfo"],
  });
}

export function Pairing({ state, setState }: SectionProps) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState("");
  const open = async (): Promise<void> => {
    const result = await request("pair-begin", {});
    if ("ok" in result) await chrome.tabs.create({ url: result.ok.url });
    else setProblem(errorMessage(result));
  };
  const pair = async (): Promise<void> => {
    if (!CODE.test(code.trim())) {
      setProblem(getMessage("options_code_wrong"));
      return;
    }
    // Must be the first thing awaited: later the browser no longer treats it as a response to the click.
    if (!(await requestDataPermission())) return;
    const compact = code.trim().replace("-", "").toUpperCase();
    const result = await request("pair-finish", { code: `${compact.slice(0, 4)}-${compact.slice(4)}`, label: browserLabel() });
    setProblem(errorMessage(result));
    if ("ok" in result) setState(result.ok);
  };
  return (
    <section class="options-group" aria-labelledby="pair">
      <h2 id="pair">{getMessage("options_pair")}</h2>
      {state.unpairedBecause === "revoked" && <p class="ui-notice">{getMessage("options_revoked")}</p>}
      <p>{getMessage("options_pair_hint")}</p>
      <div class="ui-row">
        <button onClick={() => void open()}>{getMessage("options_pair_open")}</button>
      </div>
      <form
        class="ui-field"
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <label for="code">{getMessage("options_code")}</label>
        <div class="ui-row">
          <input
            id="code"
            value={code}
            maxLength={9}
            autocomplete="one-time-code"
            spellcheck={false}
            aria-invalid={problem !== ""}
            aria-describedby="code-problem"
            onInput={(event) => setCode(event.currentTarget.value)}
          />
          <button class="ui-primary" type="submit">
            {getMessage("options_pair_do")}
          </button>
        </div>
        <p id="code-problem" class="ui-problem" role="alert">
          {problem}
        </p>
      </form>
    </section>
  );
}

export function Account({ state, setState }: SectionProps) {
  const [isConfirming, setConfirming] = useState(false);
  const [problem, setProblem] = useState("");
  const waiting = countWaiting(state.waiting);
  const signOut = async (kind: "unpair" | "sign-out-everywhere"): Promise<void> => {
    const result = await request(kind, {});
    setProblem(errorMessage(result));
    setConfirming(false);
    if ("ok" in result) setState(result.ok);
  };
  return (
    <section class="options-group" aria-labelledby="account">
      <h2 id="account">{getMessage("options_account")}</h2>
      <p>{getMessage("options_paired", { name: state.person?.name ?? "", organisation: state.organisation ?? "" })}</p>
      {state.noticeUnread && <UnreadNotice />}
      {waiting > 0 && <p class="ui-notice">{getCountMessage("options_sign_out_waiting", waiting)}</p>}
      {isConfirming ? (
        <div class="ui-notice options-confirm" role="alertdialog" aria-labelledby="sure">
          <p id="sure">{getMessage("options_everywhere_sure")}</p>
          <div class="ui-row">
            <button class="options-danger" onClick={() => void signOut("sign-out-everywhere")}>
              {getMessage("options_everywhere_do")}
            </button>
            {/* The safe choice gets the focus. */}
            <button ref={(button) => button?.focus()} onClick={() => setConfirming(false)}>
              {getMessage("cancel")}
            </button>
          </div>
        </div>
      ) : (
        <div class="ui-row">
          <button onClick={() => void signOut("unpair")}>{getMessage("options_sign_out")}</button>
          <button onClick={() => setConfirming(true)}>{getMessage("options_everywhere")}</button>
        </div>
      )}
      <p class="ui-problem" role="alert">
        {problem}
      </p>
    </section>
  );
}
