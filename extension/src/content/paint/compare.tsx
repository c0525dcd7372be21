/** An earlier wording beside the current one: which is likely to do better, and what changed the score. */
import { getMessage, getMessageOr } from "../../shared/messages.js";
import type { ErrorCode } from "../../shared/result.js";
import { scoreChange } from "../../shared/score-change.js";
import { toVerdict } from "../../shared/verdict.js";
import type { Act, ComparisonState, DraftView, KeptWording } from "../../shared/view.js";
import { type Comparison, isPlace } from "../../shared/wire.js";
import { PartList } from "./part-list.js";
import { Waterfall } from "./waterfall.js";

interface Props {
  view: DraftView;
  act: Act;
}

export function Compare({ view, act }: Props) {
  const { keptWording } = view;
  if (!keptWording) {
    return (
      <div class="compare">
        <p>{getMessage("compare_intro")}</p>
        <p class="ui-muted">{getMessage("compare_privacy")}</p>
        <button class="ui-primary" disabled={!view.isCurrent} onClick={() => act({ do: "keep-wording" })}>
          {getMessage("compare_keep")}
        </button>
      </div>
    );
  }
  const { comparison } = keptWording;
  const hasChanged = keptWording.text !== view.text;
  const canCompare = hasChanged && view.assessment !== null && !isPlace(view.assessment.surface);
  return (
    <div class="compare">
      <div class="compare-answer" role="status">
        {hasChanged ? <Answer comparison={comparison} /> : <p>{getMessage("compare_kept")}</p>}
      </div>
      {canCompare && comparison?.state !== "asking" && comparison?.state !== "answered" && (
        <button class="ui-primary" disabled={!view.isCurrent} onClick={() => act({ do: "compare" })}>
          {getMessage(comparison?.state === "failed" ? "retry" : "compare_ask")}
        </button>
      )}
      {canCompare && <ScoreChange view={view} kept={keptWording} />}
      <Earlier view={view} kept={keptWording} act={act} />
    </div>
  );
}

function Answer({ comparison }: { comparison: ComparisonState | null }) {
  switch (comparison?.state) {
    case "asking":
      return <p class="ui-muted">{getMessage("compare_asking")}</p>;
    case "outdated":
      return <p class="ui-muted">{getMessage("compare_outdated")}</p>;
    case "failed":
      return <p class="compare-failed">{comparison.detail || errorText(comparison.error)}</p>;
    case "answered":
      return <Verdict comparison={comparison.comparison} />;
    default:
      return null;
  }
}

const errorText = (error: ErrorCode): string =>
  getMessageOr(`error_${error}`, getMessageOr(`status_${error}`, getMessage("error_other")));

function Verdict({ comparison }: { comparison: Comparison }) {
  const { title, odds, reasons, note, basis } = toVerdict(comparison);
  return (
    <>
      <p class="compare-title">{title}</p>
      {odds && (
        <div class="compare-odds">
          <p class="ui-muted">{odds.label}</p>
          <svg class="ui-meter" height="10" preserveAspectRatio="none" viewBox="0 0 100 10" aria-hidden="true">
            <rect class="compare-odds-earlier" y="2" width={odds.earlier} height="6" />
            <rect class="compare-odds-current" x={odds.earlier} y="2" width={odds.current} height="6" />
            <path class="compare-odds-even" d="M50 0V10" />
          </svg>
          <p class="compare-odds-labels">
            <span>{getMessage("compare_odds_earlier", { chances: odds.earlier })}</span>
            <span class="ui-number">{getMessage("compare_odds_current", { chances: odds.current })}</span>
          </p>
        </div>
      )}
      {note && <p>{note}</p>}
      {reasons.length > 0 && (
        <>
          <p class="ui-muted">{getMessage("compare_reasons")}</p>
          <ul class="compare-reasons">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </>
      )}
      <p class="ui-muted">{basis}</p>
    </>
  );
}

function ScoreChange({ view, kept }: { view: DraftView; kept: KeptWording }) {
  const change = scoreChange(kept, { text: view.assessedText, assessment: view.assessment });
  return (
    <section>
      <h2 class="ui-heading">{getMessage("compare_score_change")}</h2>
      {!change && <p class="ui-muted">{getMessage("compare_not_scored")}</p>}
      {change?.steps.length === 0 && (
        <p class="ui-muted">{getMessage("compare_no_change", { score: (change.end / 10).toFixed(0) })}</p>
      )}
      {change && change.steps.length > 0 && (
        <Waterfall
          waterfall={change}
          from={getMessage("compare_earlier")}
          to={getMessage("this_draft")}
          details={({ parts }) => (
            <div class="score-parts">
              <PartList parts={parts} />
            </div>
          )}
        />
      )}
    </section>
  );
}

function Earlier({ view, kept, act }: Props & { kept: KeptWording }) {
  return (
    <section>
      <details class="compare-earlier">
        <summary>{getMessage("compare_earlier")}</summary>
        <p class="compare-wording" dir="auto">
          {kept.text}
        </p>
      </details>
      <div class="ui-buttons">
        <button onClick={() => act({ do: "copy", text: kept.text })}>{getMessage("copy")}</button>
        {kept.text !== view.text && (
          <button disabled={!view.isCurrent} onClick={() => act({ do: "keep-wording" })}>
            {getMessage("compare_keep_new")}
          </button>
        )}
        <button onClick={() => act({ do: "discard-wording" })}>{getMessage("compare_discard")}</button>
      </div>
    </section>
  );
}
