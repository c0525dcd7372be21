/** Where tips appear: a card in the site's page, with what the site's terms say of it, or quiet mode. */
import { say } from "../shared/words.js";
import type { Given } from "./given.js";

export function Mode({ state, change }: Given) {
  const required = state.quietRequired;
  return (
    <section class="group" aria-labelledby="where">
      <h2 id="where">{say("options_mode")}</h2>
      {required && (
        <p class="notice" id="required">
          {say("options_quiet_required")}
        </p>
      )}
      <div class="cards" role="radiogroup" aria-labelledby="where" {...(required ? { "aria-describedby": "required" } : {})}>
        {(["card", "quiet"] as const).map((mode) => (
          <label class={`choice boxed ${required ? "fixed" : ""}`} key={mode}>
            <input
              type="radio"
              name="mode"
              checked={state.mode === mode}
              disabled={required}
              aria-labelledby={`${mode}-name`}
              aria-describedby={`${mode}-detail`}
              onChange={() => void change({ mode })}
            />
            <span>
              <span class="named" id={`${mode}-name`}>
                {say(`options_${mode}`)}
              </span>
              <span class="quiet" id={`${mode}-detail`}>
                <span>{say(`options_${mode}_detail`)}</span>
                {mode === "card" && <span class="warned">{say("options_card_terms")}</span>}
              </span>
            </span>
          </label>
        ))}
      </div>
      {state.consented && (
        <label class="choice">
          <input
            type="checkbox"
            checked={state.underlines}
            aria-labelledby="underlines-name"
            aria-describedby="underlines-detail"
            onChange={() => void change({ underlines: !state.underlines })}
          />
          <span>
            <span id="underlines-name">{say("options_underlines")}</span>
            {state.mode === "quiet" && (
              <span class="quiet" id="underlines-detail">
                {say("options_underlines_detail")}
              </span>
            )}
          </span>
        </label>
      )}
    </section>
  );
}
