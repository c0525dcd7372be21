/** What happens after posting, where and when the coach is paused, which tips are off. */
import { useState } from "preact/hooks";
import { errorMessage } from "../shared/error-message.js";
import { request } from "../shared/protocol.js";
import { SHARE_CHOICES } from "../shared/wire.js";
import { say } from "../shared/words.js";
import type { Given } from "./given.js";

/** Choices that the server keeps; what it said when it did not take one. */
function useChoose(take: Given["take"]): [(choice: Parameters<typeof request<"choose">>[1]) => Promise<void>, string] {
  const [problem, setProblem] = useState("");
  const choose = async (choice: Parameters<typeof request<"choose">>[1]): Promise<void> => {
    const answer = await request("choose", choice);
    setProblem(errorMessage(answer));
    if ("ok" in answer) take(answer.ok);
  };
  return [choose, problem];
}

export function Sharing({ state, take }: Given) {
  const [choose, problem] = useChoose(take);
  return (
    <section class="group" aria-labelledby="share">
      <h2 id="share">{say("options_share")}</h2>
      <div role="radiogroup" aria-labelledby="share">
        {SHARE_CHOICES.map((choice) => (
          <label class="choice" key={choice}>
            <input
              type="radio"
              name="share"
              checked={state.shareChoice === choice}
              onChange={() => void choose({ shareChoice: choice })}
            />
            <span>{say(`options_share_${choice}`)}</span>
          </label>
        ))}
      </div>
      <p class="problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

export function Pauses({ state, change }: Given) {
  return (
    <section class="group" aria-labelledby="pauses">
      <h2 id="pauses">{say("options_pauses")}</h2>
      {state.pausedToday && (
        <div class="row">
          <p class="grow">{say("paused_today")}</p>
          <button onClick={() => void change({ pausedToday: false })}>{say("resume")}</button>
        </div>
      )}
      {state.paused.map((host) => (
        <div class="row" key={host}>
          <p class="grow">{host}</p>
          <button
            aria-label={say("popup_resume", { host })}
            onClick={() => void change({ pausedHost: { host, paused: false } })}
          >
            {say("resume")}
          </button>
        </div>
      ))}
      {!state.pausedToday && state.paused.length === 0 && <p class="quiet">{say("options_pauses_none")}</p>}
    </section>
  );
}

export function Rules({ state, take }: Given) {
  const [choose, problem] = useChoose(take);
  const rules = [...state.rulesOff, ...state.grammar.off];
  return (
    <section class="group" aria-labelledby="rules">
      <h2 id="rules">{say("options_rules")}</h2>
      {rules.length === 0 && <p class="quiet">{say("options_rules_none")}</p>}
      {rules.map((rule) => (
        <div class="row" key={rule}>
          <span class="grow">
            {named(rule)} <code class="quiet">{rule}</code>
          </span>
          <button onClick={() => void choose({ ruleOn: rule })}>
            {say("options_turn_on")}
            <span class="unseen"> {named(rule)}</span>
          </button>
        </div>
      ))}
      <p class="problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

/** "Repute.TooLongForX" is "Too long for X" to people. */
const named = (rule: string): string =>
  rule
    .slice(rule.lastIndexOf(".") + 1)
    .replace(/(?<=[a-z])[A-Z]/g, " $&")
    .replace(/ [A-Z](?=[a-z])/g, (start) => start.toLowerCase());
