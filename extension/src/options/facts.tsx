/** What is read, when, where it goes and what is kept; and the rep's agreement to it. */
import { getMessage } from "../shared/messages.js";
import { NO_WORDING_HELP, type WordingHelp } from "../shared/wording-help.js";
import type { SectionProps } from "./section-props.js";

declare const __BACKEND__: string;

/** `wordingHelp`: once it is known. */
export function Facts({ wordingHelp = NO_WORDING_HELP }: { wordingHelp?: WordingHelp }) {
  return (
    <section class="options-group" aria-labelledby="what">
      <h2 id="what">{getMessage("options_what")}</h2>
      <dl class="options-facts">
        {(["read", "when", "sent", "stays", "kept"] as const).map((fact) => (
          <div key={fact}>
            <dt>{getMessage(`options_${fact}`)}</dt>
            <dd>
              {getMessage(`options_${fact}_detail`, { backend: __BACKEND__ })}
              {fact === "sent" &&
                wordingHelp.mode === "endpoint" &&
                ` ${getMessage("options_sent_wording", { company: wordingHelp.company })}`}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Agreement({ state, change }: SectionProps) {
  return state.consented ? (
    <div class="ui-row">
      <p class="ui-grow ui-muted">{getMessage("options_agreed")}</p>
      <button onClick={() => void change({ consented: false })}>{getMessage("options_stop")}</button>
    </div>
  ) : (
    <div class="ui-row">
      <button class="ui-primary options-large" onClick={() => void change({ consented: true })}>
        {getMessage("options_agree")}
      </button>
      <p class="ui-grow ui-muted">{getMessage("options_agree_detail")}</p>
    </div>
  );
}
