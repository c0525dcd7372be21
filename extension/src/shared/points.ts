/** Sums of a score's parts, in whole tenths of a point so that the numbers shown add up exactly. */
import type { Assessment, Contribution } from "./wire.js";

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

export const toTenths = (points: number): number => Math.round(points * 10);
const sum = (parts: readonly Contribution[]): number => parts.reduce((total, { points }) => total + toTenths(points), 0);

/** What one dimension adds to a running total of `from`; negative if it lowers the total. `name` is "bound" for the correction
 * that keeps the score within 0 to 100. */
export interface Step {
  name: string;
  parts: Contribution[];
  from: number;
  tenths: number;
}

export interface Waterfall {
  start: number;
  steps: Step[];
  end: number;
}

/** The part's dimension, or its kind if it belongs to none. */
const groupOf = ({ kind, dimension }: Contribution): string => (kind === "baseline" || kind === "bound" ? kind : dimension);

/** From the average draft to this one, dimension by dimension; "bound" comes last. */
export function waterfall(contributions: readonly Contribution[]): Waterfall {
  const inGroup = (name: string): Contribution[] => contributions.filter((part) => groupOf(part) === name);
  const names = sortDimensions([...new Set(contributions.map(groupOf))]).filter((name) => name !== "baseline");
  return toWaterfall(
    sum(inGroup("baseline")),
    names.map((name) => ({ name, parts: inGroup(name), tenths: sum(inGroup(name)) })),
  );
}

function toWaterfall(start: number, changes: Omit<Step, "from">[]): Waterfall {
  let end = start;
  const steps = changes.map((step) => {
    const from = end;
    end += step.tenths;
    return { ...step, from };
  });
  return { start, steps, end };
}

/** The parts that lower the score most, one for each dimension: what to fix first. */
export function largestLosses(contributions: readonly Contribution[], limit = 3): Contribution[] {
  const seen = new Set<string>();
  return contributions
    .filter(({ kind, points }) => (kind === "measure" || kind === "finding") && toTenths(points) < 0)
    .sort((a, b) => a.points - b.points)
    .filter(({ dimension }) => !seen.has(dimension) && seen.add(dimension))
    .slice(0, limit);
}

/** From the score of an earlier wording to that of a later one, the largest change first. `null` if the two scores cannot be
 * compared: another surface, another scoring version, or no score. */
export function scoreChange(before: Assessment | null, after: Assessment | null): Waterfall | null {
  if (before === null || after === null || before.score === null || after.score === null) return null;
  if (before.surface !== after.surface || before.scoring_version !== after.scoring_version) return null;
  const totals = new Map<string, number>();
  const add = (parts: readonly Contribution[], sign: 1 | -1): void => {
    for (const part of parts) totals.set(groupOf(part), (totals.get(groupOf(part)) ?? 0) + sign * toTenths(part.points));
  };
  add(after.contributions, 1);
  add(before.contributions, -1);
  const changes = sortDimensions([...totals.keys()]).map((name) => ({ name, parts: [], tenths: totals.get(name) ?? 0 }));
  return toWaterfall(
    sum(before.contributions),
    changes.filter((step) => step.tenths !== 0).sort((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths)),
  );
}

/** Tenths of a point as "+1.2", "−0.4" or "0.0". */
export const formatSigned = (tenths: number): string =>
  `${tenths > 0 ? "+" : tenths < 0 ? "\u2212" : ""}${(Math.abs(tenths) / 10).toFixed(1)}`;
