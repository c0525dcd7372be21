/** An earlier wording beside the one of now: which is likely to do better, and what has moved the score. */
import { scoreChange } from "../../shared/points.js";
import { toVerdict } from "../../shared/verdict.js";
import type { Action, ComparisonState, DraftView, KeptWording } from "../../shared/view.js";
import type { Comparison } from "../../shared/wire.js";
import { say, sayOr } from "../../shared/words.js";
import { Waterfall } from "./waterfall.js";

interface Props {
  view: DraftView;
  act: (action: Action) => void;
}

export function Compare({ view, act }: Props) {
  const { keptWording } = view;
  if (!keptWording) {
    return (
      <div class="compare">
        <p>{say("compare_start")}</p>
        <p class="quiet">{say("compare_where")}</p>
        <button class="first" disabled={!view.isCurrent} onClick={() => act({ do: "keep-wording" })}>
          {say("compare_keep")}
        </button>
      </div>
    );
  }
  const changed = keptWording.text !== view.text;
  const judged = changed && view.assessment !== null;
  return (
    <div class="compare">
      <div class="answer" role="status">
        {changed ? <Answer asked={keptWording.comparison} /> : <p>{say("compare_kept")}</p>}
      </div>
      {judged && keptWording.comparison?.state !== "asking" && keptWording.comparison?.state !== "answered" && (
        <button class="first" disabled={!view.isCurrent} onClick={() => act({ do: "compare" })}>
          {say(keptWording.comparison?.state === "failed" ? "retry" : "compare_ask")}
        </button>
      )}
      {judged && <Moved view={view} kept={keptWording} />}
      <Earlier view={view} kept={keptWording} act={act} />
    </div>
  );
}

function Answer({ asked }: { asked: ComparisonState | null }) {
  switch (asked?.state) {
    case "asking":
      return <p class="quiet">{say("compare_asking")}</p>;
    case "outdated":
      return <p class="quiet">{say("compare_outdated")}</p>;
    case "failed":
      return (
        <p class="failed">
          {asked.detail || sayOr(`error_${asked.error}`, sayOr(`status_${asked.error}`, say("error_other")))}
        </p>
      );
    case "answered":
      return <Verdict comparison={asked.comparison} />;
    default:
      return null;
  }
}

function Verdict({ comparison }: { comparison: Comparison }) {
  const { title, odds, reasons, note, basis } = toVerdict(comparison);
  return (
    <>
      <p class="asked">{title}</p>
      {odds && (
        <div class="odds">
          <p class="quiet">{odds.of}</p>
          <svg class="meter" height="10" preserveAspectRatio="none" viewBox="0 0 100 10" aria-hidden="true">
            <rect class="odds-kept" y="2" width={odds.kept} height="6" />
            <rect class="odds-now" x={odds.kept} y="2" width={odds.now} height="6" />
            <path class="odds-even" d="M50 0V10" />
          </svg>
          <p class="odds-ends">
            <span>{say("compare_odds_kept", { chances: odds.kept })}</span>
            <span class="number">{say("compare_odds_now", { chances: odds.now })}</span>
          </p>
        </div>
      )}
      {note && <p>{note}</p>}
      {reasons.length > 0 && (
        <>
          <p class="quiet">{say("compare_reasons")}</p>
          <ul class="reasons">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">{basis}</p>
    </>
  );
}

function Moved({ view, kept }: { view: DraftView; kept: KeptWording }) {
  const fall = scoreChange(kept.assessment, view.assessment);
  return (
    <section>
      <h2>{say("compare_moved")}</h2>
      {!fall && <p class="quiet">{say("compare_not_scored")}</p>}
      {fall?.steps.length === 0 && <p class="quiet">{say("compare_still", { score: (fall.end / 10).toFixed(0) })}</p>}
      {fall && fall.steps.length > 0 && <Waterfall fall={fall} from={say("compare_earlier")} to={say("this_draft")} />}
    </section>
  );
}

function Earlier({ view, kept, act }: Props & { kept: KeptWording }) {
  return (
    <section>
      <details class="earlier">
        <summary>{say("compare_earlier")}</summary>
        <p class="wording" dir="auto">
          {kept.text}
        </p>
      </details>
      <div class="choices">
        <button onClick={() => act({ do: "copy", text: kept.text })}>{say("copy")}</button>
        {kept.text !== view.text && (
          <button disabled={!view.isCurrent} onClick={() => act({ do: "keep-wording" })}>
            {say("compare_instead")}
          </button>
        )}
        <button onClick={() => act({ do: "discard-wording" })}>{say("compare_let_go")}</button>
      </div>
    </section>
  );
}
