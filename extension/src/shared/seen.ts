/**
 * The tips that the rep read and left as they were in post after post. They are folded away in the card, so that nobody reads the
 * same tip in every post. Kept on this device only, and of each rule: its id, in how many posts it was left, and the day of the
 * last one. Never a word of a text, and never a time of day.
 */
import type { KeyValueStore } from "./ignored.js";
import type { Assessment } from "./wire.js";

type Finding = Pick<Assessment["findings"][number], "rule" | "severity" | "points">;

/** The rules of the tips that were in a draft when it was posted, and of those that the rep acted on before. */
export interface PostedRules {
  left: string[];
  fixed: string[];
}

export interface SeenRule {
  /** In how many posts the tip was left as it was. */
  posts: number;
  /** The day of the last one: "2026-11-29", in UTC. */
  last: string;
}
export type SeenRules = Record<string, SeenRule>;

/** A tip is shown in this many posts before it is folded away, and a costly one once more. */
export const SHOWN_POSTS = 3;
/** In points of the score. */
const COSTLY = 3;
/** After this many days without it, a tip counts as new. */
const FORGET_AFTER_DAYS = 90;
/** Beyond this many rules, those that were left the longest ago are dropped. */
const MAX_RULES = 200;
const MAX_RULE_LENGTH = 100;
const NAME = "seen";
const DAY_MS = 86_400_000;

/** Tips that protect other people, above all those with a disability: however often they are left, they are shown. */
const FOR_OTHERS = new Set(
  ["AltText", "HashtagCase", "InclusiveWords", "Rudeness", "Swearing"].map((name) => `Repute.${name}`),
);

/**
 * Whether the tip is about a habit of writing, which is the rep's to keep. Not about a slip ("check"), a limit or what puts credit on
 * hold ("limit"), nor about spelling; and an organisation's own rules may be there for legal reasons.
 */
export const isHabit = ({ rule, severity }: { rule: string; severity: string }): boolean =>
  severity === "tip" && rule.startsWith("Repute.") && !FOR_OTHERS.has(rule);

export const today = (): string => new Date().toISOString().slice(0, 10);

const isRule = (rule: unknown): rule is string => typeof rule === "string" && rule !== "" && rule.length <= MAX_RULE_LENGTH;

/** The rules in a message, which may come from an outdated script. */
export const parseRules = (value: unknown): string[] => (Array.isArray(value) ? value.filter(isRule).slice(0, MAX_RULES) : []);

/** What was stored, without what is malformed or too long ago. */
export function currentRules(stored: unknown, day: string): SeenRules {
  if (typeof stored !== "object" || stored === null) return {};
  const isCurrent = ([rule, value]: [string, unknown]): boolean => {
    const { posts, last } = (value ?? {}) as Partial<SeenRule>;
    if (!isRule(rule) || !Number.isInteger(posts) || typeof last !== "string") return false;
    return Date.parse(day) - Date.parse(last) <= FORGET_AFTER_DAYS * DAY_MS;
  };
  return Object.fromEntries(Object.entries(stored).filter(isCurrent)) as SeenRules;
}

/** One more post. A tip that the rep acted on counts as new: it was worth reading. */
export function withPost(seen: SeenRules, { left, fixed }: PostedRules, day: string): SeenRules {
  const acted = new Set(fixed);
  const counted = new Set(left);
  const others = Object.entries(seen).filter(([rule]) => !acted.has(rule) && !counted.has(rule));
  const now = [...counted].map((rule): [string, SeenRule] => [rule, { posts: (seen[rule]?.posts ?? 0) + 1, last: day }]);
  const newestLast = [...others, ...now].sort(([, one], [, other]) => one.last.localeCompare(other.last));
  return Object.fromEntries(newestLast.slice(-MAX_RULES));
}

/** The indexes of the findings whose tips are folded away: none while credit is on hold. */
export function foldedIndexes(
  { findings, gate }: { findings: readonly Finding[]; gate: Assessment["gate"] },
  seen: SeenRules,
): number[] {
  if (gate.state === "held") return [];
  // By rule, so that two tips of one rule are in the same place.
  const costly = new Set(findings.filter(({ points }) => points <= -COSTLY).map(({ rule }) => rule));
  return [...findings.entries()].flatMap(([index, finding]) => {
    const { rule } = finding;
    const shown = SHOWN_POSTS + (costly.has(rule) ? 1 : 0);
    return isHabit(finding) && (seen[rule]?.posts ?? 0) >= shown ? [index] : [];
  });
}

export class SeenTips {
  readonly #store: KeyValueStore;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  /** Adds the indexes of the findings whose tips are folded away; none if the store cannot be read. */
  async markSeen<T extends { findings: Finding[]; gate: Assessment["gate"] }>(result: T): Promise<T & { seen: number[] }> {
    return { ...result, seen: foldedIndexes(result, await this.#rules().catch(() => ({}))) };
  }

  /** The rules whose tips were left in enough posts to be folded away. */
  async familiar(): Promise<string[]> {
    const entries = Object.entries(await this.#rules().catch(() => ({}) as SeenRules));
    return entries.filter(([, { posts }]) => posts >= SHOWN_POSTS).map(([rule]) => rule);
  }

  posted(rules: PostedRules): Promise<void> {
    return this.#change((seen) => withPost(seen, rules, today()));
  }

  /** Their tips count as new. */
  forget(rules: readonly string[]): Promise<void> {
    return this.#change((seen) => withPost(seen, { left: [], fixed: [...rules] }, today()));
  }

  clear(): Promise<void> {
    return this.#change(() => ({}));
  }

  async #rules(): Promise<SeenRules> {
    return currentRules(await this.#store.get(NAME), today());
  }

  /** Changes run one at a time, because one of two concurrent changes would be lost. */
  #change(change: (seen: SeenRules) => SeenRules): Promise<void> {
    const run = this.#lastChange.then(async () => {
      const stored = await this.#store.get(NAME);
      const before = currentRules(stored, today());
      const after = change(before);
      if (JSON.stringify(after) !== JSON.stringify(stored ?? {})) await this.#store.set(NAME, after);
    });
    this.#lastChange = run.catch(() => null);
    return run;
  }
}
