/** Where tips appear: in a card on the site's page, with a warning about the site's terms, or in quiet mode. */
import { getMessage } from "../shared/messages.js";
import type { SectionProps } from "./section-props.js";

export function Mode({ state, change }: SectionProps) {
  const isRequired = state.quietRequired;
  return (
    <section class="options-group" aria-labelledby="where">
      <h2 id="where">{getMessage("options_mode")}</h2>
      {isRequired && (
        <p class="ui-notice" id="required">
          {getMessage("options_quiet_required")}
        </p>
      )}
      <div
        class="options-modes"
        role="radiogroup"
        aria-labelledby="where"
        {...(isRequired ? { "aria-describedby": "required" } : {})}
      >
        {(["card", "quiet"] as const).map((mode) => (
          <label class={`ui-choice ui-choice-boxed ${isRequired ? "ui-choice-fixed" : ""}`} key={mode}>
            <input
              type="radio"
              name="mode"
              checked={state.mode === mode}
              disabled={isRequired}
              aria-labelledby={`${mode}-name`}
              aria-describedby={`${mode}-detail`}
              onChange={() => void change({ mode })}
            />
            <span>
              <span class="ui-choice-name" id={`${mode}-name`}>
                {getMessage(`options_${mode}`)}
              </span>
              <span class="ui-muted" id={`${mode}-detail`}>
                <span>{getMessage(`options_${mode}_detail`)}</span>
                {mode === "card" && <span class="ui-choice-warning">{getMessage("options_card_terms")}</span>}
              </span>
            </span>
          </label>
        ))}
      </div>
      {state.consented && (
        <label class="ui-choice">
          <input
            type="checkbox"
            checked={state.underlines}
            aria-labelledby="underlines-name"
            aria-describedby="underlines-detail"
            onChange={() => void change({ underlines: !state.underlines })}
          />
          <span>
            <span id="underlines-name">{getMessage("options_underlines")}</span>
            {state.mode === "quiet" && (
              <span class="ui-muted" id="underlines-detail">
                {getMessage("options_underlines_detail")}
              </span>
            )}
          </span>
        </label>
      )}
    </section>
  );
}
