/** Why a draft has its score: a waterfall from the average draft to this one, and what lowers it most. */
import { getMessage, getMessageOr } from "../../shared/messages.js";
import { type Part, toParts } from "../../shared/parts.js";
import { formatSigned, largestLosses, type Step, waterfall as toWaterfall } from "../../shared/points.js";
import type { DraftView } from "../../shared/view.js";
import type { Assessment } from "../../shared/wire.js";
import { labelOf, PartList } from "./part-list.js";
import { formatInterval } from "./ring.js";
import { nameOf, Waterfall } from "./waterfall.js";

interface Props {
  view: DraftView;
  /** Opens the tip with this id on the tips tab. */
  openTip: (tip: string, event: MouseEvent) => void;
}

export function Explanation({ view, openTip }: Props) {
  const { assessment, assessedText } = view;
  if (!assessment || assessment.score === null) return null;
  const parts = toParts(assessment.contributions, assessedText);
  return (
    <div class="score">
      <Waterfall
        waterfall={toWaterfall(parts)}
        from={getMessage("average_draft")}
        to={getMessage("this_draft")}
        details={(step) => <StepDetails step={step} view={view} openTip={openTip} />}
      />
      <Losses parts={largestLosses(parts)} assessment={assessment} view={view} openTip={openTip} />
      {assessment.confidence && (
        <p class="score-basis ui-muted">
          {formatInterval(assessment.confidence)}. {assessment.confidence.reason}.
        </p>
      )}
    </div>
  );
}

const tipOf = ({ kind, name }: Part, { tips }: DraftView) =>
  kind === "finding" ? tips.find(({ finding }) => finding.rule === name) : undefined;

/** The sentences, measures and findings that one dimension consists of. */
function StepDetails({ step, view, openTip }: Props & { step: Step }) {
  const value = view.assessment?.dimensions[step.name];
  const linkToTip = (part: Part) => {
    const tip = tipOf(part, view);
    return (
      tip && (
        <button class="ui-link" onClick={(event) => openTip(tip.id, event)}>
          {part.label}
        </button>
      )
    );
  };
  return (
    <div class="score-parts">
      {value !== undefined && (
        <p class="ui-muted">{getMessage("score_of_dimension", { dimension: nameOf(step.name), value: Math.round(value) })}</p>
      )}
      <PartList parts={step.parts} render={linkToTip} />
    </div>
  );
}

function Losses({ parts, assessment, view, openTip }: Props & { parts: Part[]; assessment: Assessment }) {
  if (parts.length === 0) return null;
  return (
    <>
      <h2 class="ui-heading">{getMessage("losses_title")}</h2>
      <ol class="score-fixes">
        {parts.map((part) => {
          const tip = tipOf(part, view);
          const advice = tip?.finding.message ?? adviceFor(part, assessment);
          const dimension = nameOf(part.dimension);
          return (
            <li key={part.name}>
              {tip ? (
                <button class="ui-link" onClick={(event) => openTip(tip.id, event)}>
                  {advice}
                </button>
              ) : (
                <span>{advice}</span>
              )}
              <span class="ui-number">{formatSigned(part.tenths)}</span>
              <span class="ui-muted">
                {part.kind === "sentence" ? dimension : getMessage("loss_source", { dimension, part: part.label })}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** What to do about a part for which no tip is shown. */
function adviceFor(part: Part, { findings }: Assessment): string {
  const { kind, name, dimension, label } = part;
  if (kind === "sentence") return getMessage("reword_sentence", { sentence: labelOf(part) });
  const message = kind === "finding" ? findings.find(({ rule }) => rule === name)?.message : undefined;
  return message ?? getMessageOr(`fix_${name}`, getMessageOr(`do_${dimension}`, label));
}
