/** Other sites that an administrator listed: the rep allows each of them by a click, or withdraws that. */
import { useState } from "preact/hooks";
import { getMessage } from "../shared/messages.js";
import { requestSite, withdrawSite } from "../shared/site-permission.js";
import type { SectionProps } from "./section-props.js";

export function Sites({ state: { sites, organisation, consentOutdated } }: Pick<SectionProps, "state">) {
  const [refused, setRefused] = useState("");
  // The rep has not agreed yet that other sites are read.
  if (sites.length === 0 || consentOutdated) return null;
  const allow = async (origin: string): Promise<void> => {
    const isAllowed = await requestSite(origin).catch(() => false);
    setRefused(isAllowed ? "" : origin);
  };
  return (
    <section class="options-group" aria-labelledby="sites">
      <h2 id="sites">{getMessage("options_sites")}</h2>
      <p class="ui-muted">{getMessage("options_sites_detail", { organisation: organisation ?? "" })}</p>
      <ul class="options-sites">
        {sites.map(({ origin, place, isAllowed }) => (
          <li key={origin} class="ui-row">
            <span class="ui-grow">
              <span>{new URL(origin).host}</span>
              <span class="ui-muted">{getMessage(isAllowed ? "options_site_allowed" : `options_site_${place}`)}</span>
            </span>
            <button
              aria-label={getMessage(isAllowed ? "options_site_withdraw_named" : "options_site_allow_named", { origin })}
              onClick={() => void (isAllowed ? withdrawSite(origin) : allow(origin))}
            >
              {getMessage(isAllowed ? "options_site_withdraw" : "options_site_allow")}
            </button>
          </li>
        ))}
      </ul>
      <p class="ui-problem" role="alert">
        {refused && getMessage("options_site_refused", { origin: refused })}
      </p>
    </section>
  );
}
