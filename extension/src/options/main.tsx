/** The page that opens by itself after installing: first what is read and the rep's agreement, then all their choices. */
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useClientState } from "../shared/client-state.js";
import { request } from "../shared/protocol.js";
import { say } from "../shared/words.js";
import { Account, Pairing } from "./account.js";
import { Pauses, Rules, Sharing } from "./choices.js";
import { Agreement, Facts } from "./facts.js";
import { Grammar } from "./grammar.js";
import { Mode } from "./mode.js";
import { Sent } from "./sent.js";

function Options() {
  const [state, take] = useClientState();
  const heading = useRef<HTMLHeadingElement>(null);
  const step = !state ? 0 : !state.consented ? 1 : !state.paired ? 2 : 3;
  const before = useRef(0);
  useEffect(() => {
    // The button that led on is gone; whoever uses the keyboard goes on from the top of what came instead.
    if (before.current !== 0) heading.current?.focus();
    before.current = step;
  }, [step]);
  if (!state) return null;
  const change = async (settings: Parameters<typeof request<"settings">>[1]): Promise<void> => {
    const answer = await request("settings", settings);
    if ("ok" in answer) take(answer.ok);
  };
  const given = { state, take, change };
  const title = (
    <h1 ref={heading} tabIndex={-1}>
      {say(step === 3 ? "options_ready" : "options_title")}
    </h1>
  );
  if (step === 1) {
    return (
      <>
        <header>
          <p class="quiet">{say("options_step", { step })}</p>
          {title}
          <p>{say("options_lead")}</p>
        </header>
        <Facts />
        <Mode {...given} />
        <Agreement {...given} />
      </>
    );
  }
  if (step === 2) {
    return (
      <>
        <header>
          <p class="quiet">{say("options_step", { step })}</p>
          {title}
        </header>
        <Pairing {...given} />
        <Mode {...given} />
        <Facts />
        <Agreement {...given} />
      </>
    );
  }
  return (
    <>
      {title}
      <Account {...given} />
      <Mode {...given} />
      <Grammar {...given} />
      <Sharing {...given} />
      <Pauses {...given} />
      <Rules {...given} />
      <Sent />
      <Facts />
      <Agreement {...given} />
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Options />, app);
