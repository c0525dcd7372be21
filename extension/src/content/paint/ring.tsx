/** The score mark: a ring with the score, a thin outer arc for its interval, and the band as a word with a shape. */
import { getMessage } from "../../shared/messages.js";
import type { Assessment, Band } from "../../shared/wire.js";

const FULL_TURN = 2 * Math.PI;

/** An SVG path along a circle, from one score to another; 0 is at the top and 100 a full turn clockwise. */
function arc(radius: number, from: number, to: number): string {
  const start = FULL_TURN * (from / 100) - FULL_TURN / 4;
  // An arc that ends where it starts is not drawn at all, so a full one stops just short.
  const end = FULL_TURN * (Math.min(to, 99.99) / 100) - FULL_TURN / 4;
  const isLarge = end - start > Math.PI ? 1 : 0;
  const point = (angle: number): string => `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  return `M ${point(start)} A ${radius} ${radius} 0 ${isLarge} 1 ${point(end)}`;
}

interface RingProps {
  assessment: Pick<Assessment, "score" | "band" | "confidence"> | null;
  /** Width and height in CSS pixels. */
  size: number;
  stale: boolean;
}

/** Without a score the ring is grey and empty. */
export function Ring({ assessment, size, stale }: RingProps) {
  const score = assessment?.score ?? null;
  const band = assessment?.band ?? null;
  const interval = assessment?.confidence ?? null;
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
      {score !== null && interval && interval.high > interval.low && (
        <path class="ring-interval" d={arc(18.75, interval.low, interval.high)} />
      )}
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

/** The interval of a score as text. A bound at the end of the scale is left out, as it says nothing. */
export function formatInterval({ low, high }: { low: number; high: number }): string {
  if (low <= 0 && high < 100) return getMessage("interval_up_to", { high });
  if (low > 0 && high >= 100) return getMessage("interval_down_to", { low });
  return getMessage("interval_between", { low, high });
}

/** The same in few words, after the band. */
export function formatDoubt({ low, high }: { low: number; high: number }): string {
  if (low <= 0 && high < 100) return getMessage("doubt_up_to", { high });
  if (low > 0 && high >= 100) return getMessage("doubt_down_to", { low });
  return getMessage("doubt_between", { low, high });
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
      {getMessage(`band_${band}`)}
    </span>
  );
}
