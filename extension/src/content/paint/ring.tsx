/** The score mark: a ring with the score, its band's word and shape, and a thin arc for how sure the score is. */

import type { Assessment, Band } from "../../shared/wire.js";
import { say } from "../../shared/words.js";

const FULL = 2 * Math.PI;

function arc(radius: number, from: number, to: number): string {
  const start = FULL * (from / 100) - FULL / 4;
  const end = FULL * (Math.min(to, 99.99) / 100) - FULL / 4;
  const large = end - start > Math.PI ? 1 : 0;
  const at = (angle: number): string => `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  return `M ${at(start)} A ${radius} ${radius} 0 ${large} 1 ${at(end)}`;
}

/** Size in pixels. Without a score the ring is grey and empty. */
export function Ring({
  assessment,
  size,
  stale,
}: {
  assessment: Pick<Assessment, "score" | "band" | "confidence"> | null;
  size: number;
  stale: boolean;
}) {
  const score = assessment?.score ?? null;
  const band = assessment?.band ?? null;
  const sure = assessment?.confidence ?? null;
  return (
    <svg
      class={`ring band-${stale || !band ? "none" : band}`}
      width={size}
      height={size}
      viewBox="-20 -20 40 40"
      aria-hidden="true"
    >
      <circle class="ring-track" r="15.5" />
      {score !== null && score > 0 && <path class="ring-score" d={arc(15.5, 0, score)} />}
      {score !== null && sure && sure.high > sure.low && <path class="ring-sure" d={arc(18.75, sure.low, sure.high)} />}
      {score === null ? (
        <path class="ring-dash" d="M -4 0 H 4" />
      ) : (
        <text class="ring-number" text-anchor="middle" y="4.6">
          {Math.round(score)}
        </text>
      )}
    </svg>
  );
}

/** Each band has a shape of its own, so that its colour is never alone. */
const SHAPES: Record<Band, string> = {
  "needs-work": "M 0 -4.5 L 4.5 0 L 0 4.5 L -4.5 0 Z",
  fair: "M -4 -2.5 H 4 V 2.5 H -4 Z",
  good: "M 0 -4.5 L 4.5 3.5 H -4.5 Z",
  strong: "M 0 -5 L 1.4 -1.6 L 5 -1.5 L 2.2 0.8 L 3.1 4.4 L 0 2.4 L -3.1 4.4 L -2.2 0.8 L -5 -1.5 L -1.4 -1.6 Z",
};

export function BandWord({ band }: { band: Band }) {
  return (
    <span class={`band band-${band}`}>
      <svg width="10" height="10" viewBox="-5.5 -5.5 11 11" aria-hidden="true">
        <path d={SHAPES[band]} />
      </svg>
      {say(`band_${band}`)}
    </span>
  );
}
