/** What happens after posting, where Repute is paused, and which tips are turned off or folded away. */
import { useState } from "preact/hooks";
import { errorMessage } from "../shared/error-message.js";
import { getMessage, offWhere } from "../shared/messages.js";
import { request } from "../shared/protocol.js";
import { ruleName } from "../shared/rule-name.js";
import { parseEntry } from "../shared/rules-off.js";
import { SHARE_CHOICES } from "../shared/wire.js";
import type { SectionProps } from "./section-props.js";

type Choice = Parameters<typeof request<"choose">>[1];

/** Saves a choice on the server. The second value is the error message, empty if all went well. */
function useChoose(setState: SectionProps["setState"]): [(choice: Choice) => Promise<void>, string] {
  const [problem, setProblem] = useState("");
  const choose = async (choice: Choice): Promise<void> => {
    const result = await request("choose", choice);
    setProblem(errorMessage(result));
    if ("ok" in result) setState(result.ok);
  };
  return [choose, problem];
}

export function Sharing({ state, setState }: SectionProps) {
  const [choose, problem] = useChoose(setState);
  return (
    <section class="options-group" aria-labelledby="share">
      <h2 id="share">{getMessage("options_share")}</h2>
      <div role="radiogroup" aria-labelledby="share">
        {SHARE_CHOICES.map((choice) => (
          <label class="ui-choice" key={choice}>
            <input
              type="radio"
              name="share"
              checked={state.shareChoice === choice}
              onChange={() => void choose({ shareChoice: choice })}
            />
            <span>{getMessage(`options_share_${choice}`)}</span>
          </label>
        ))}
      </div>
      <p class="ui-problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

export function Pauses({ state, change }: SectionProps) {
  return (
    <section class="options-group" aria-labelledby="pauses">
      <h2 id="pauses">{getMessage("options_pauses")}</h2>
      {state.pausedToday && (
        <div class="ui-row">
          <p class="ui-grow">{getMessage("paused_today")}</p>
          <button onClick={() => void change({ pausedToday: false })}>{getMessage("resume")}</button>
        </div>
      )}
      {state.paused.map((host) => (
        <div class="ui-row" key={host}>
          <p class="ui-grow">{host}</p>
          <button
            aria-label={getMessage("popup_resume", { host })}
            onClick={() => void change({ pausedHost: { host, paused: false } })}
          >
            {getMessage("resume")}
          </button>
        </div>
      ))}
      {!state.pausedToday && state.paused.length === 0 && <p class="ui-muted">{getMessage("options_pauses_none")}</p>}
    </section>
  );
}

export function Rules({ state, setState }: SectionProps) {
  const [choose, problem] = useChoose(setState);
  const rules = [...state.rulesOff, ...state.grammar.off];
  return (
    <section class="options-group" aria-labelledby="rules">
      <h2 id="rules">{getMessage("options_rules")}</h2>
      {rules.length === 0 && <p class="ui-muted">{getMessage("options_rules_none")}</p>}
      {rules.map((rule) => (
        <RuleRow key={rule} entry={rule} where turnOn={() => void choose({ ruleOn: rule })} />
      ))}
      <p class="ui-problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

/** The tips that the card folds away; absent without any. */
export function Seen({ state, setState }: SectionProps) {
  if (state.rulesSeen.length === 0) return null;
  const restore = async (rule: string): Promise<void> => {
    const result = await request("restore-seen", { rules: [rule] });
    if ("ok" in result) setState(result.ok);
  };
  return (
    <section class="options-group" aria-labelledby="seen">
      <h2 id="seen">{getMessage("options_seen")}</h2>
      <p class="ui-muted">{getMessage("options_seen_detail")}</p>
      {state.rulesSeen.map((rule) => (
        <RuleRow key={rule} entry={rule} turnOn={() => void restore(rule)} />
      ))}
    </section>
  );
}

interface RuleRowProps {
  /** As in shared/rules-off.ts. */
  entry: string;
  /** Says where the rule is off. */
  where?: boolean;
  turnOn: () => void;
}

function RuleRow({ entry, where = false, turnOn }: RuleRowProps) {
  const { rule, surface } = parseEntry(entry);
  const place = where ? offWhere(surface) : "";
  return (
    <div class="ui-row">
      <span class="ui-grow">
        {ruleName(rule)} <code class="ui-muted">{rule}</code>
        {place && <span class="ui-muted"> {place}</span>}
      </span>
      <button onClick={turnOn}>
        {getMessage("options_turn_on")}
        <span class="ui-visually-hidden">
          {" "}
          {ruleName(rule)} {place}
        </span>
      </button>
    </div>
  );
}
