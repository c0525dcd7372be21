/** The score of a profile, dimension by dimension, with its advice and tips. */
import { ProfileAdvice } from "../content/paint/advice.js";
import { BandWord, formatInterval, Ring } from "../content/paint/ring.js";
import { Evidence } from "../content/paint/tip.js";
import { getMessage } from "../shared/messages.js";
import type { ProfileAssessment } from "../shared/wire.js";

/** In the order in which a visitor sees them. */
const DIMENSIONS = ["headline", "about", "proof", "completeness", "consistency", "contact"] as const;

export function ProfileVerdict({ verdict }: { verdict: ProfileAssessment }) {
  const { advice, band, confidence, dimensions, findings, note, score } = verdict;
  const isGood = band === "good" || band === "strong";
  return (
    <section class="profile-verdict" aria-labelledby="verdict">
      <h2 id="verdict" class="ui-visually-hidden">
        {getMessage("profile_verdict")}
      </h2>
      <div class="card-head" role="status">
        <Ring assessment={verdict} size={52} stale={false} />
        <div class="card-verdict">
          {band && <BandWord band={band} />}
          {confidence && score !== null && <span class="ui-muted">{formatInterval(confidence)}</span>}
          {note && <span class="ui-muted">{note}</span>}
        </div>
      </div>
      <ProfileAdvice advice={advice} />
      <dl class="profile-dimensions">
        {DIMENSIONS.filter((name) => name in dimensions).map((name) => (
          <div key={name}>
            <dt>{getMessage(`dimension_${name}`)}</dt>
            <dd>
              <svg class="ui-meter" height="6" preserveAspectRatio="none" viewBox="0 0 100 6" aria-hidden="true">
                <rect class="ui-meter-track" width="100" height="6" />
                <rect class="ui-meter-used" width={dimensions[name] ?? 0} height="6" />
              </svg>
              <span>{dimensions[name]}</span>
            </dd>
          </div>
        ))}
      </dl>
      {findings.length === 0 && advice.length === 0 && score !== null && (
        <p class="ui-muted">{getMessage(isGood ? "no_tips" : "no_tips_weak")}</p>
      )}
      {advice.length > 0 && findings.length > 0 && <h2 class="ui-section-heading tip-heading">{getMessage("tips")}</h2>}
      <ul class="tip-list">
        {findings.map((finding, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one rule may have several findings, and the list never reorders
          <li class={`tip tip-severity-${finding.severity}`} key={`${finding.rule} ${index}`}>
            <p class="tip-message">{finding.message}</p>
            {finding.quote && (
              <blockquote class="tip-quote" dir="auto">
                {finding.quote}
              </blockquote>
            )}
            <Evidence finding={finding} />
          </li>
        ))}
      </ul>
    </section>
  );
}
