/** Connecting this browser to the rep's account, and signing out of it, here or everywhere. */
import { useState } from "preact/hooks";
import { errorMessage } from "../shared/error-message.js";
import { request } from "../shared/protocol.js";
import { say } from "../shared/words.js";
import type { Given } from "./given.js";

declare const __FIREFOX__: boolean;
declare const browser: { permissions: { request: (wanted: object) => Promise<boolean> } };

const CODE = /^[A-Z0-9]{4}-?[A-Z0-9]{4}$/i;

function browserLabel(): string {
  const { userAgent } = navigator;
  const name = __FIREFOX__ ? "Firefox" : userAgent.includes("Edg/") ? "Edge" : "Chrome";
  const system = userAgent.includes("Windows") ? "Windows" : userAgent.includes("Mac") ? "macOS" : "Linux";
  return `${name} on ${system}`;
}

/** Firefox shows its own question for data that leaves the device; the click that pairs is the moment for it. */
async function askBrowser(): Promise<boolean> {
  if (!__FIREFOX__) return true;
  return browser.permissions.request({
    data_collection: ["websiteContent", "personallyIdentifyingInfo", "authenticationInfo"],
  });
}

export function Pairing({ state, take }: Given) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState("");
  const open = async (): Promise<void> => {
    const answer = await request("pair-begin", {});
    if ("ok" in answer) await chrome.tabs.create({ url: answer.ok.url });
    else setProblem(errorMessage(answer));
  };
  const pair = async (): Promise<void> => {
    if (!CODE.test(code.trim())) {
      setProblem(say("options_code_wrong"));
      return;
    }
    // The browser's own question wants the click itself, so it comes before anything is awaited.
    if (!(await askBrowser())) return;
    const compact = code.trim().replace("-", "").toUpperCase();
    const answer = await request("pair-finish", { code: `${compact.slice(0, 4)}-${compact.slice(4)}`, label: browserLabel() });
    setProblem(errorMessage(answer));
    if ("ok" in answer) take(answer.ok);
  };
  return (
    <section class="group" aria-labelledby="pair">
      <h2 id="pair">{say("options_pair")}</h2>
      {state.unpairedBecause === "revoked" && <p class="notice">{say("options_revoked")}</p>}
      <p>{say("options_pair_hint")}</p>
      <div class="row">
        <button onClick={() => void open()}>{say("options_pair_open")}</button>
      </div>
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void pair();
        }}
      >
        <label for="code">{say("options_code")}</label>
        <div class="row">
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
          <button class="first" type="submit">
            {say("options_pair_do")}
          </button>
        </div>
        <p id="code-problem" class="problem" role="alert">
          {problem}
        </p>
      </form>
    </section>
  );
}

export function Account({ state, take }: Given) {
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState("");
  const { waiting } = state;
  const signOut = async (kind: "unpair" | "sign-out-everywhere"): Promise<void> => {
    const answer = await request(kind, {});
    setProblem(errorMessage(answer));
    setAsked(false);
    if ("ok" in answer) take(answer.ok);
  };
  return (
    <section class="group" aria-labelledby="account">
      <h2 id="account">{say("options_account")}</h2>
      <p>{say("options_paired", { name: state.person?.name ?? "", organisation: state.organisation ?? "" })}</p>
      {waiting > 0 && (
        <p class="notice">
          {waiting === 1 ? say("options_sign_out_waiting_one") : say("options_sign_out_waiting_many", { count: waiting })}
        </p>
      )}
      {asked ? (
        <div class="notice" role="alertdialog" aria-labelledby="sure">
          <p id="sure">{say("options_everywhere_sure")}</p>
          <div class="row">
            <button class="danger" onClick={() => void signOut("sign-out-everywhere")}>
              {say("options_everywhere_do")}
            </button>
            {/* The harmless answer has the focus. */}
            <button ref={(button) => button?.focus()} onClick={() => setAsked(false)}>
              {say("cancel")}
            </button>
          </div>
        </div>
      ) : (
        <div class="row">
          <button onClick={() => void signOut("unpair")}>{say("options_sign_out")}</button>
          <button onClick={() => setAsked(true)}>{say("options_everywhere")}</button>
        </div>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </section>
  );
}
