/** Why a draft has its score: a waterfall from the average draft to this one, and what to fix first. */

import { getMessage, getMessageOr } from "../../shared/messages.js";
import { formatSigned, largestLosses, type Step, toTenths, waterfall as toWaterfall } from "../../shared/points.js";
import type { DraftView } from "../../shared/view.js";
import type { Assessment, Contribution } from "../../shared/wire.js";
import { nameOf, Waterfall } from "./waterfall.js";

interface Props {
  view: DraftView;
  /** Opens the tip with this id on the tips tab. */
  openTip: (tip: string, event: MouseEvent) => void;
}

export function Explanation({ view, openTip }: Props) {
  const { assessment } = view;
  if (!assessment || assessment.score === null) return null;
  return (
    <div class="score">
      <Waterfall
        waterfall={toWaterfall(assessment.contributions)}
        from={getMessage("average_draft")}
        to={getMessage("this_draft")}
        details={(step) => <StepDetails step={step} view={view} openTip={openTip} />}
      />
      <FixFirst assessment={assessment} view={view} openTip={openTip} />
    </div>
  );
}

const tipOf = ({ kind, name }: Contribution, { tips }: DraftView) =>
  kind === "finding" ? tips.find(({ finding }) => finding.rule === name) : undefined;

/** The measures and findings that one dimension consists of. */
function StepDetails({ step, view, openTip }: Props & { step: Step }) {
  const value = view.assessment?.dimensions[step.name];
  return (
    <div class="score-parts">
      {value !== undefined && (
        <p class="ui-muted">{getMessage("score_of_dimension", { dimension: nameOf(step.name), value: Math.round(value) })}</p>
      )}
      {step.parts.map((part) => {
        const tip = tipOf(part, view);
        return (
          <p class="score-part" key={`${part.kind}${part.name}`}>
            {tip ? (
              <button class="ui-link" onClick={(event) => openTip(tip.id, event)}>
                {part.label}
              </button>
            ) : (
              <span>
                {part.label} <span class="ui-muted">{formatValue(part)}</span>
              </span>
            )}
            <span class="ui-number">{formatSigned(toTenths(part.points))}</span>
          </p>
        );
      })}
    </div>
  );
}

function formatValue({ value, unit }: Contribution): string {
  if (value === null) return "";
  if (unit === "0 or 1") return getMessage(value ? "measure_yes" : "measure_no");
  const number = Number(value.toFixed(2)).toLocaleString();
  return / to /.test(unit) ? getMessage("measure_scale", { value: number, scale: unit }) : `${number} ${unit}`;
}

function FixFirst({ assessment, view, openTip }: Props & { assessment: Assessment }) {
  const parts = largestLosses(assessment.contributions);
  if (parts.length === 0) return null;
  return (
    <>
      <h2 class="ui-heading">{getMessage("advice_title")}</h2>
      <ol class="score-fixes">
        {parts.map((part) => {
          const tip = tipOf(part, view);
          const advice = tip?.finding.message ?? adviceFor(part, assessment);
          return (
            <li key={part.name}>
              {tip ? (
                <button class="ui-link" onClick={(event) => openTip(tip.id, event)}>
                  {advice}
                </button>
              ) : (
                <span>{advice}</span>
              )}
              <span class="ui-number">{formatSigned(toTenths(part.points))}</span>
              <span class="ui-muted">
                {getMessage("advice_source", { dimension: nameOf(part.dimension), part: part.label })}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** What to do about a part for which no tip is shown. */
function adviceFor({ kind, name, dimension, label }: Contribution, { findings }: Assessment): string {
  const message = kind === "finding" ? findings.find(({ rule }) => rule === name)?.message : undefined;
  return message ?? getMessageOr(`fix_${name}`, getMessageOr(`do_${dimension}`, label));
}
