/** What is read, when, where it goes and what is kept; and the rep's word on it. */
import { say } from "../shared/words.js";
import type { Given } from "./given.js";

declare const __BACKEND__: string;

export function Facts() {
  return (
    <section class="group" aria-labelledby="what">
      <h2 id="what">{say("options_what")}</h2>
      <dl class="facts">
        {(["read", "when", "sent", "stays", "kept"] as const).map((fact) => (
          <div key={fact}>
            <dt>{say(`options_${fact}`)}</dt>
            <dd>{say(`options_${fact}_detail`, { backend: __BACKEND__ })}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Agreement({ state, change }: Given) {
  return state.consented ? (
    <div class="row">
      <p class="grow quiet">{say("options_agreed")}</p>
      <button onClick={() => void change({ consented: false })}>{say("options_stop")}</button>
    </div>
  ) : (
    <div class="row">
      <button class="first large" onClick={() => void change({ consented: true })}>
        {say("options_agree")}
      </button>
      <p class="grow quiet">{say("options_agree_detail")}</p>
    </div>
  );
}
