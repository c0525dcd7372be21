/** The options page, which opens by itself after installation. Step 1 is what is read and the rep's agreement, step 2 pairing;
 * after that it shows all settings. */
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useClientState } from "../shared/client-state.js";
import { getMessage } from "../shared/messages.js";
import { request, type SettingsChange } from "../shared/protocol.js";
import { Account, Pairing } from "./account.js";
import { ChangedPractice } from "./changed-practice.js";
import { Pauses, Rules, Seen, Sharing } from "./choices.js";
import { Agreement, Facts } from "./facts.js";
import { Grammar } from "./grammar.js";
import { Mode } from "./mode.js";
import { Sent } from "./sent.js";
import { Sites } from "./sites.js";
import { WordingHelp } from "./wording-help.js";

function Options() {
  const [state, setState] = useClientState();
  const heading = useRef<HTMLHeadingElement>(null);
  const step = !state ? 0 : !state.consented ? 1 : !state.paired ? 2 : 3;
  const previousStep = useRef(0);
  useEffect(() => {
    // The button that was clicked is gone, so keyboard users continue from the top of the new step.
    if (previousStep.current !== 0) heading.current?.focus();
    previousStep.current = step;
  }, [step]);
  if (!state) return null;
  const change = async (settings: SettingsChange): Promise<void> => {
    const result = await request("settings", settings);
    if ("ok" in result) setState(result.ok);
  };
  const props = { state, setState, change };
  const title = (
    <h1 ref={heading} tabIndex={-1}>
      {getMessage(step === 3 ? "options_ready" : "settings_title")}
    </h1>
  );
  if (step === 1) {
    return (
      <>
        <header>
          <p class="ui-muted">{getMessage("options_step", { step })}</p>
          {title}
          <p>{getMessage("options_intro")}</p>
        </header>
        <Facts />
        <Mode {...props} />
        <Grammar {...props} />
        <Agreement {...props} />
      </>
    );
  }
  if (step === 2) {
    return (
      <>
        <header>
          <p class="ui-muted">{getMessage("options_step", { step })}</p>
          {title}
        </header>
        <Pairing {...props} />
        <Mode {...props} />
        <Facts />
        <Agreement {...props} />
      </>
    );
  }
  return (
    <>
      {title}
      <ChangedPractice {...props} />
      <Account {...props} />
      <Mode {...props} />
      <Sites state={state} />
      <Grammar {...props} />
      <WordingHelp {...props} />
      <Sharing {...props} />
      <Pauses {...props} />
      <Rules {...props} />
      <Seen {...props} />
      <Sent />
      <Facts wordingHelp={state.wordingHelp} />
      <Agreement {...props} />
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Options />, app);
