/** Sums of a score's parts, in whole tenths of a point so that the numbers shown add up exactly. */
import { groupBy, type Part, sum } from "./parts.js";

/** In reading order. */
const DIMENSIONS = [
  "hook",
  "clarity",
  "specificity",
  "story",
  "audience",
  "conversation",
  "credibility",
  "voice",
  "form",
  "safety",
];
export const sortDimensions = (names: string[]): string[] =>
  names.sort(
    (a, b) => (DIMENSIONS.indexOf(a) + 1 || DIMENSIONS.length + 1) - (DIMENSIONS.indexOf(b) + 1 || DIMENSIONS.length + 1),
  );

/** What one dimension adds to a running total of `from`; negative if it lowers the total. `name` is "bound" for the correction
 * that keeps the score within its limits. */
export interface Step {
  name: string;
  parts: Part[];
  from: number;
  tenths: number;
}

export interface Waterfall {
  start: number;
  steps: Step[];
  end: number;
}

/** The part's dimension, or its kind if it belongs to none. */
const groupOf = ({ kind, dimension }: Part): string => (kind === "baseline" || kind === "bound" ? kind : dimension);

/** From the average draft to this one, dimension by dimension; "bound" comes last. */
export function waterfall(parts: readonly Part[]): Waterfall {
  const isBaseline = ({ kind }: Part): boolean => kind === "baseline";
  return toWaterfall(sum(parts.filter(isBaseline)), stepsOf(parts.filter((part) => !isBaseline(part))));
}

/** One step for each dimension, in reading order. */
export function stepsOf(parts: readonly Part[]): Omit<Step, "from">[] {
  const groups = groupBy(parts, groupOf);
  return sortDimensions([...groups.keys()])
    .map((name) => ({ name, parts: groups.get(name) ?? [] }))
    .map((step) => ({ ...step, tenths: sum(step.parts) }));
}

export function toWaterfall(start: number, changes: Omit<Step, "from">[]): Waterfall {
  let end = start;
  const steps = changes.map((step) => {
    const from = end;
    end += step.tenths;
    return { ...step, from };
  });
  return { start, steps, end };
}

/** The parts that lower the score most, one for each dimension: what to fix first. */
export function largestLosses(parts: readonly Part[], limit = 3): Part[] {
  const seen = new Set<string>();
  return parts
    .filter(({ kind, tenths }) => kind !== "baseline" && kind !== "bound" && tenths < 0)
    .sort((a, b) => a.tenths - b.tenths)
    .filter(({ dimension }) => !seen.has(dimension) && seen.add(dimension))
    .slice(0, limit);
}

/** Tenths of a point as "+1.2", "−0.4" or "0.0". */
export const formatSigned = (tenths: number): string =>
  `${tenths > 0 ? "+" : tenths < 0 ? "\u2212" : ""}${(Math.abs(tenths) / 10).toFixed(1)}`;
