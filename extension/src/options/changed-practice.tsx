/** For reps who agreed before more was read: what was added, and their agreement to it. */
import { getMessage } from "../shared/messages.js";
import type { SectionProps } from "./section-props.js";

export function ChangedPractice({ state, change }: Pick<SectionProps, "state" | "change">) {
  if (!state.consentOutdated) return null;
  return (
    <section class="ui-notice options-confirm" aria-labelledby="changed">
      <h2 id="changed">{getMessage("options_changed")}</h2>
      <p>{getMessage("options_changed_detail")}</p>
      <button class="ui-primary" onClick={() => void change({ consented: true })}>
        {getMessage("options_changed_agree")}
      </button>
    </section>
  );
}
