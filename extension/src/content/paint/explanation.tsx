/** Why a draft has its score: the way from the average draft to this one, and what would move it most. */
import { formatSigned, largestLosses, type Step, toTenths, waterfall } from "../../shared/points.js";
import type { DraftView } from "../../shared/view.js";
import type { Assessment, Contribution } from "../../shared/wire.js";
import { say, sayOr } from "../../shared/words.js";
import { nameOf, Waterfall } from "./waterfall.js";

interface Props {
  view: DraftView;
  /** To the tip of this name. */
  openTip: (tip: string, event: MouseEvent) => void;
}

export function Explanation({ view, openTip }: Props) {
  const { assessment } = view;
  if (!assessment || assessment.score === null) return null;
  return (
    <div class="explanation">
      <Waterfall
        fall={waterfall(assessment.contributions)}
        from={say("average_draft")}
        to={say("this_draft")}
        inside={(step) => <Inside step={step} view={view} openTip={openTip} />}
      />
      <MoveMost assessment={assessment} view={view} openTip={openTip} />
    </div>
  );
}

const tipOf = ({ kind, name }: Contribution, { tips }: DraftView) =>
  kind === "finding" ? tips.find(({ finding }) => finding.rule === name) : undefined;

/** What one dimension was read off. */
function Inside({ step, view, openTip }: Props & { step: Step }) {
  const value = view.assessment?.dimensions[step.name];
  return (
    <div class="inside">
      {value !== undefined && (
        <p class="quiet">{say("stands_at", { dimension: nameOf(step.name), value: Math.round(value) })}</p>
      )}
      {step.parts.map((part) => {
        const tip = tipOf(part, view);
        return (
          <p class="measure" key={`${part.kind}${part.name}`}>
            {tip ? (
              <button class="link" onClick={(event) => openTip(tip.id, event)}>
                {part.label}
              </button>
            ) : (
              <span>
                {part.label} <span class="quiet">{formatValue(part)}</span>
              </span>
            )}
            <span class="number">{formatSigned(toTenths(part.points))}</span>
          </p>
        );
      })}
    </div>
  );
}

function formatValue({ value, unit }: Contribution): string {
  if (value === null) return "";
  if (unit === "0 or 1") return say(value ? "measure_yes" : "measure_no");
  const number = Number(value.toFixed(2)).toLocaleString();
  return / to /.test(unit) ? say("measure_scale", { value: number, scale: unit }) : `${number} ${unit}`;
}

function MoveMost({ assessment, view, openTip }: Props & { assessment: Assessment }) {
  const parts = largestLosses(assessment.contributions);
  if (parts.length === 0) return null;
  return (
    <>
      <h2>{say("move_most")}</h2>
      <ol class="moves">
        {parts.map((part) => {
          const tip = tipOf(part, view);
          const todo = tip?.finding.message ?? todoOf(part, assessment);
          return (
            <li key={part.name}>
              {tip ? (
                <button class="link" onClick={(event) => openTip(tip.id, event)}>
                  {todo}
                </button>
              ) : (
                <span class="todo">{todo}</span>
              )}
              <span class="number">{formatSigned(toTenths(part.points))}</span>
              <span class="quiet">{say("move_from", { dimension: nameOf(part.dimension), part: part.label })}</span>
            </li>
          );
        })}
      </ol>
    </>
  );
}

function todoOf({ kind, name, dimension, label }: Contribution, { findings }: Assessment): string {
  const found = kind === "finding" ? findings.find(({ rule }) => rule === name)?.message : undefined;
  return found ?? sayOr(`mend_${name}`, sayOr(`do_${dimension}`, label));
}
