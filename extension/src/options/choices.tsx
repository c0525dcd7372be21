/** What happens after posting, where and when the coach is paused, which tips are off. */
import { useState } from "preact/hooks";
import { ask } from "../shared/protocol.js";
import { failed } from "../shared/failed.js";
import { SHARE_CHOICES } from "../shared/wire.js";
import { say } from "../shared/words.js";
import type { Given } from "./given.js";

/** Choices that the server keeps; what it said when it did not take one. */
function useChoose(take: Given["take"]): [(choice: Parameters<typeof ask<"choose">>[1]) => Promise<void>, string] {
  const [problem, setProblem] = useState("");
  const choose = async (choice: Parameters<typeof ask<"choose">>[1]): Promise<void> => {
    const answer = await ask("choose", choice);
    setProblem(failed(answer));
    if ("ok" in answer) take(answer.ok);
  };
  return [choose, problem];
}

export function Sharing({ situation, take }: Given) {
  const [choose, problem] = useChoose(take);
  return (
    <section class="group" aria-labelledby="share">
      <h2 id="share">{say("options_share")}</h2>
      <div role="radiogroup" aria-labelledby="share">
        {SHARE_CHOICES.map((choice) => (
          <label class="choice" key={choice}>
            <input type="radio" name="share" checked={situation.shareChoice === choice} onChange={() => void choose({ shareChoice: choice })} />
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

export function Pauses({ situation, change }: Given) {
  return (
    <section class="group" aria-labelledby="pauses">
      <h2 id="pauses">{say("options_pauses")}</h2>
      {situation.pausedToday && (
        <div class="row">
          <p class="grow">{say("paused_today")}</p>
          <button onClick={() => void change({ pausedToday: false })}>{say("resume")}</button>
        </div>
      )}
      {situation.paused.map((host) => (
        <div class="row" key={host}>
          <p class="grow">{host}</p>
          <button aria-label={say("popup_resume", { host })} onClick={() => void change({ pausedHost: { host, paused: false } })}>
            {say("resume")}
          </button>
        </div>
      ))}
      {!situation.pausedToday && situation.paused.length === 0 && <p class="quiet">{say("options_pauses_none")}</p>}
    </section>
  );
}

export function Rules({ situation, take }: Given) {
  const [choose, problem] = useChoose(take);
  const rules = [...situation.rulesOff, ...situation.grammar.off];
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
