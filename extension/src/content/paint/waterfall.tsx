/** A score as a way from one number to another: each bar begins where the one before ended, so the parts visibly add up. */
import type { ComponentChildren } from "preact";
import { type Waterfall as Fall, formatSigned, type Step } from "../../shared/points.js";
import { say, sayOr } from "../../shared/words.js";

const WIDTH = 96;
const HEIGHT = 24;
const BAR = { top: 8, bottom: 16 };

export const nameOf = (dimension: string): string =>
  dimension === "bound" ? say("bound") : sayOr(`dimension_${dimension}`, dimension);

interface Props {
  fall: Fall;
  from: string;
  to: string;
  /** What a part opens to; nothing where it does not open. */
  inside?: (step: Step) => ComponentChildren;
}

export function Waterfall({ fall: { start, steps, end }, from, to, inside }: Props) {
  const stops = [start, ...steps.map((step) => step.from + step.tenths)];
  const low = Math.min(...stops);
  const scale = (WIDTH - 4) / Math.max(1, Math.max(...stops) - low);
  const at = (tenths: number): number => 2 + (tenths - low) * scale;
  return (
    <div class="waterfall">
      <p class="row total">
        <span>{from}</span>
        <Drawing path={`M${at(start)} ${BAR.top}V${HEIGHT}`} />
        <span class="number">{(start / 10).toFixed(1)}</span>
      </p>
      {steps.map((step) => {
        const row = (
          <>
            <span class="row-name">{nameOf(step.name)}</span>
            <Drawing
              path={`M${at(step.from)} 0V${BAR.top}M${at(step.from + step.tenths)} ${BAR.bottom}V${HEIGHT}`}
              bar={[at(step.from), at(step.from + step.tenths)]}
            />
            <span class="number">{formatSigned(step.tenths)}</span>
          </>
        );
        return inside ? (
          <details key={step.name}>
            <summary class="row">{row}</summary>
            {inside(step)}
          </details>
        ) : (
          <p key={step.name} class="row">
            {row}
          </p>
        );
      })}
      <p class="row total">
        <span>{to}</span>
        <Drawing path={`M${at(end)} 0V${BAR.bottom}`} />
        <span class="number">{(end / 10).toFixed(1)}</span>
      </p>
    </div>
  );
}

/** `path` leads from the row above to the one below. */
function Drawing({ path, bar }: { path: string; bar?: [number, number] }) {
  const [from, to] = bar ?? [0, 0];
  return (
    <svg class="fall" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={path} />
      {bar && (
        <rect
          class={to < from ? "bar-less" : "bar-more"}
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
