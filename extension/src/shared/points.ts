/** What the parts of a score say. Sums are whole tenths of a point, so that what is shown adds up exactly. */
import type { Assessment, Contribution } from "./wire.js";

/** In the order in which people read them. */
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

/** What one dimension adds to or takes from a running total that stood at `from`; `name` is "bound" for what belongs to
 * none. */
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

/** A dimension's name, or what a part of none is. */
const groupOf = ({ kind, dimension }: Contribution): string => (kind === "baseline" || kind === "bound" ? kind : dimension);

/** From the average draft to this one, dimension by dimension; what keeps the score within its bounds comes last. */
export function waterfall(contributions: readonly Contribution[]): Waterfall {
  const inGroup = (name: string): Contribution[] => contributions.filter((part) => groupOf(part) === name);
  const names = sortDimensions([...new Set(contributions.map(groupOf))]).filter((name) => name !== "baseline");
  return toWaterfall(
    sum(inGroup("baseline")),
    names.map((name) => ({ name, parts: inGroup(name), tenths: sum(inGroup(name)) })),
  );
}

function toWaterfall(start: number, given: Omit<Step, "from">[]): Waterfall {
  let end = start;
  const steps = given.map((step) => {
    const from = end;
    end += step.tenths;
    return { ...step, from };
  });
  return { start, steps, end };
}

/** The parts that take most, one a dimension: what to mend first. */
export function largestLosses(contributions: readonly Contribution[], most = 3): Contribution[] {
  const seen = new Set<string>();
  return contributions
    .filter(({ kind, points }) => (kind === "measure" || kind === "finding") && toTenths(points) < 0)
    .sort((a, b) => a.points - b.points)
    .filter(({ dimension }) => !seen.has(dimension) && seen.add(dimension))
    .slice(0, most);
}

/** From the score of an earlier wording to that of another, what moved it most first. `null` where the two cannot be held
 * against one another: another surface, other rules, or no score. */
export function scoreChange(before: Assessment | null, after: Assessment | null): Waterfall | null {
  if (before === null || after === null || before.score === null || after.score === null) return null;
  if (before.surface !== after.surface || before.scoring_version !== after.scoring_version) return null;
  const by = new Map<string, number>();
  const count = (parts: readonly Contribution[], sign: 1 | -1): void => {
    for (const part of parts) by.set(groupOf(part), (by.get(groupOf(part)) ?? 0) + sign * toTenths(part.points));
  };
  count(after.contributions, 1);
  count(before.contributions, -1);
  const moved = sortDimensions([...by.keys()]).map((name) => ({ name, parts: [], tenths: by.get(name) ?? 0 }));
  return toWaterfall(
    sum(before.contributions),
    moved.filter((step) => step.tenths !== 0).sort((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths)),
  );
}

/** "+1.2", "−0.4", "0.0". */
export const formatSigned = (of: number): string => `${of > 0 ? "+" : of < 0 ? "\u2212" : ""}${(Math.abs(of) / 10).toFixed(1)}`;
