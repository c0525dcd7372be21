/** From one score to another: each bar begins where the one before it ended, so that the parts visibly add up. */
import type { ComponentChildren } from "preact";
import { getMessage, getMessageOr } from "../../shared/messages.js";
import { formatSigned, type Step, type Waterfall as WaterfallData } from "../../shared/points.js";

const WIDTH = 96;
const HEIGHT = 24;
/** In pixels from the top of a row. */
const BAR = { top: 8, bottom: 16 };

/** The name of a step: a dimension, or a kind that belongs to none. */
export const nameOf = (step: string): string =>
  step === "bound"
    ? getMessage("score_limit")
    : step === "baseline"
      ? getMessage("average_draft")
      : getMessageOr(`dimension_${step}`, step);

interface Props {
  waterfall: WaterfallData;
  from: string;
  to: string;
  /** What a step shows when it is opened. */
  details: (step: Step) => ComponentChildren;
}

export function Waterfall({ waterfall: { start, steps, end }, from, to, details }: Props) {
  const stops = [start, ...steps.map((step) => step.from + step.tenths)];
  const low = Math.min(...stops);
  const scale = (WIDTH - 4) / Math.max(1, Math.max(...stops) - low);
  const toX = (tenths: number): number => 2 + (tenths - low) * scale;
  return (
    <div class="waterfall">
      <p class="waterfall-row waterfall-total">
        <span>{from}</span>
        <Drawing path={`M${toX(start)} ${BAR.top}V${HEIGHT}`} />
        <span class="ui-number">{(start / 10).toFixed(1)}</span>
      </p>
      {steps.map((step) => (
        <details key={step.name}>
          <summary class="waterfall-row">
            <span class="waterfall-name">{nameOf(step.name)}</span>
            <Drawing
              path={`M${toX(step.from)} 0V${BAR.top}M${toX(step.from + step.tenths)} ${BAR.bottom}V${HEIGHT}`}
              bar={[toX(step.from), toX(step.from + step.tenths)]}
            />
            <span class="ui-number">{formatSigned(step.tenths)}</span>
          </summary>
          {details(step)}
        </details>
      ))}
      <p class="waterfall-row waterfall-total">
        <span>{to}</span>
        <Drawing path={`M${toX(end)} 0V${BAR.bottom}`} />
        <span class="ui-number">{(end / 10).toFixed(1)}</span>
      </p>
    </div>
  );
}

/** `path` connects the row above with the one below. */
function Drawing({ path, bar }: { path: string; bar?: [number, number] }) {
  const [from, to] = bar ?? [0, 0];
  return (
    <svg class="waterfall-drawing" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={path} />
      {bar && (
        <rect
          class={to < from ? "waterfall-loss" : "waterfall-gain"}
          x={Math.min(from, to)}
          y={BAR.top}
          width={Math.max(1, Math.abs(to - from))}
          height={BAR.bottom - BAR.top}
          rx="1"
        />
      )}
    </svg>
  );
}
