/** The tips of one draft, each tracked with its words while the rep keeps writing, and the tips that the rep ignored. */
import { computeSingleTextEdit, remapSpan, type TextEdit } from "../content/text/remap.js";
import type { TipKey } from "../shared/ignored.js";
import { isOffOn, type RuleOff, toEntry, withEntry, withoutEntry } from "../shared/rules-off.js";
import type { PostedRules } from "../shared/seen.js";
import { type Span, textAt } from "../shared/span.js";
import type { Tip } from "../shared/view.js";
import type { Surface } from "../shared/wire.js";
import { emptied, NOTHING_POSTED, type PostedTips, rulesInPost, withAssessed } from "./posted-tips.js";

export interface TrackedTip {
  readonly tip: Omit<Tip, "gone">;
  /** Where its words are now; `null` for a tip about the whole text. */
  readonly span: Span | null;
}

export interface Tips {
  readonly coach: readonly TrackedTip[];
  readonly grammar: readonly TrackedTip[];
  /** By key: ignored in this draft or in an earlier one. */
  readonly ignored: ReadonlyMap<string, TipKey>;
  /** Entries of what was turned off while this draft was written. Their tips are kept, so that undoing it shows them at once. */
  readonly off: ReadonlySet<string>;
  /** Entries that are being turned on again, which responses may still lack. */
  readonly turningOn: ReadonlySet<string>;
  readonly posted: PostedTips;
  readonly lastId: number;
}

interface Findings {
  findings: readonly Tip["finding"][];
  /** Indexes of the findings whose tips were ignored before, and of those that the rep has seen in enough posts. */
  ignored?: number[];
  seen?: number[];
}

export const NO_TIPS: Tips = {
  coach: [],
  grammar: [],
  ignored: new Map(),
  off: new Set(),
  turningOn: new Set(),
  posted: NOTHING_POSTED,
  lastId: 0,
};

/** Two tips with the same key are ignored together: the same rule about the very same words. */
const keyOf = ({ finding, words }: { finding: { rule: string }; words: string }): string => `${finding.rule}\n${words}`;

/** Identifies an unchanged tip in the next response. */
const identityOf = (tip: TrackedTip["tip"], span: Span | null): string => `${keyOf(tip)}@${span?.start}`;

/** All tips that are neither ignored nor turned off on this surface, the coach's before spelling and grammar. */
export function visibleTips(tips: Tips, surface: Surface): TrackedTip[] {
  const { coach, grammar, ignored, off } = tips;
  const all = [...coach, ...grammar.filter((tracked) => !coach.some((other) => isSame(tracked, other)))];
  return ignored.size === 0 && off.size === 0 ? all : all.filter(({ tip }) => !isHidden(tips, tip, surface));
}

/** Where the tips of the coach are that the rep ignored or turned off. */
export const hiddenSpans = (tips: Tips, surface: Surface): Span[] =>
  tips.coach.flatMap(({ tip, span }) => (span && isHidden(tips, tip, surface) ? [span] : []));

const isHidden = ({ ignored, off }: Tips, tip: TrackedTip["tip"], surface: Surface): boolean =>
  ignored.has(keyOf(tip)) || isOffOn(off, tip.finding.rule, surface);

/** Whether the coach has found the same as the check of spelling and grammar, such as a repeated word. */
function isSame({ tip, span }: TrackedTip, other: TrackedTip): boolean {
  const { replacements } = other.tip.finding;
  const isAtSamePlace = span !== null && span.start === other.span?.start && span.end === other.span.end;
  return isAtSamePlace && tip.finding.replacements.some((replacement) => replacements.includes(replacement));
}

/** Why a tip that was shown is not any more. */
export function goneBecause(
  { ignored, off }: Tips,
  tip: Pick<Tip, "finding" | "words">,
  surface: Surface,
): Exclude<Tip["gone"], null> {
  const { rule } = tip.finding;
  if (isOffOn(off, rule, surface)) return off.has(rule) ? "off-everywhere" : "off-here";
  return ignored.has(keyOf(tip)) ? "ignored" : "words";
}

/** What has to be done first, then what costs the most points; tips that cost the same stay in the order of the text. */
export const byWorth = (tips: readonly TrackedTip[]): TrackedTip[] =>
  tips.toSorted(({ tip: { finding: one } }, { tip: { finding: other } }) => rankOf(other) - rankOf(one));

function rankOf(finding: Tip["finding"]): number {
  if (finding.severity === "grammar") return -1;
  return (finding.severity === "limit" ? 1_000 : 0) - finding.points;
}

/** Hides all tips of the rule, everywhere or on one surface. */
export const turnRuleOff = (tips: Tips, off: RuleOff): Tips => ({
  ...tips,
  off: new Set(withEntry([...tips.off], toEntry(off))),
  turningOn: without(tips.turningOn, toEntry(off)),
});

/** Shows them again. */
export const turnRuleOn = (tips: Tips, entry: string): Tips => ({ ...tips, off: without(tips.off, entry) });

/** The server is about to turn the rule on, or has answered. */
export const awaitTurnOn = (tips: Tips, entry: string): Tips => ({ ...tips, turningOn: new Set(tips.turningOn).add(entry) });
export const endTurnOn = (tips: Tips, entry: string): Tips => ({ ...tips, turningOn: without(tips.turningOn, entry) });

const without = (entries: ReadonlySet<string>, entry: string): Set<string> => new Set(withoutEntry([...entries], entry));

export const findTip = ({ coach, grammar }: Tips, id: string): TrackedTip | undefined =>
  [...coach, ...grammar].find(({ tip }) => tip.id === id);

/** Hides the tip and all others with its key. */
export function ignoreTip(tips: Tips, { tip }: TrackedTip): { tips: Tips; key: TipKey } {
  const key = { rule: tip.finding.rule, words: tip.words };
  return { tips: { ...tips, ignored: new Map(tips.ignored).set(keyOf(tip), key) }, key };
}

/** Shows the ignored tips again; `keys` are theirs. */
export const restoreIgnored = (tips: Tips): { tips: Tips; keys: TipKey[] } => ({
  tips: { ...tips, ignored: new Map() },
  keys: [...tips.ignored.values()],
});

/** Shows the tips again that were folded away because the rep had seen them; `rules` are theirs. */
export function restoreSeen(tips: Tips): { tips: Tips; rules: string[] } {
  const seen = tips.coach.filter(({ tip }) => tip.seen);
  const coach = tips.coach.map((tracked) => ({ ...tracked, tip: { ...tracked.tip, seen: false } }));
  return { tips: { ...tips, coach }, rules: [...new Set(seen.map(({ tip }) => tip.finding.rule))] };
}

/** The rep has posted `text`; `rules` are those of its tips, or `null` if it was not assessed. */
export function postTips(tips: Tips, text: string): { tips: Tips; rules: PostedRules | null } {
  const rules = rulesInPost(tips.posted, text, (tip) => tips.ignored.has(keyOf(tip)));
  return { tips: rules ? { ...tips, posted: { ...tips.posted, last: null, shown: new Set() } } : tips, rules };
}

/** Moves every tip with an edit that led to `text`; tips whose words were edited are dropped. */
export function moveTips(tips: Tips, edit: TextEdit, text: string): Tips {
  const move = (tracked: TrackedTip): TrackedTip[] => {
    if (!tracked.span) return [tracked];
    const span = remapSpan(tracked.span, edit);
    // Before the edit nothing moves, and while a draft is written most of it is there.
    if (span === tracked.span) return [tracked];
    return span && textAt(text, span) === tracked.tip.words ? [{ ...tracked, span }] : [];
  };
  const posted = text.trim() === "" ? emptied(tips.posted) : tips.posted;
  return { ...tips, coach: tips.coach.flatMap(move), grammar: tips.grammar.flatMap(move), posted };
}

/** Replaces the coach's tips with the findings in `sent` whose words are still in `text`. */
export function withCoach(tips: Tips, findings: Findings, sent: string, text: string, surface: Surface): Tips {
  const next = reconcile(tips, "coach", findings, sent, text);
  const shown = next.coach.map(({ tip }) => tip);
  return { ...withTurnedOff(next, tips, "coach", surface), posted: withAssessed(next.posted, sent, shown) };
}

/** Replaces the tips of spelling and grammar in the same way. */
export const withGrammar = (tips: Tips, findings: Findings, sent: string, text: string, surface: Surface): Tips =>
  withTurnedOff(reconcile(tips, "grammar", findings, sent, text), tips, "grammar", surface);

/** A response lacks the rules that are off by now, and those that were off when it was made, so their tips of before are kept. */
function withTurnedOff(next: Tips, before: Tips, kind: "coach" | "grammar", surface: Surface): Tips {
  const found = new Set(next[kind].map(({ tip }) => tip.id));
  const isKept = ({ finding: { rule }, id }: TrackedTip["tip"]): boolean =>
    (isOffOn(next.off, rule, surface) || isOffOn(next.turningOn, rule, surface)) && !found.has(id);
  const kept = before[kind].filter(({ tip }) => isKept(tip));
  return kept.length === 0 ? next : { ...next, [kind]: [...next[kind], ...kept] };
}

export const withoutCoach = (tips: Tips): Tips => ({ ...tips, coach: [] });
export const withoutTips = (tips: Tips): Tips => ({ ...tips, coach: [], grammar: [] });

/** A tip that was there before keeps its id, so that an open tip stays open. */
function reconcile(before: Tips, kind: "coach" | "grammar", findings: Findings, sent: string, text: string): Tips {
  const edit = computeSingleTextEdit(sent, text);
  const ids = new Map(before[kind].map(({ tip, span }) => [identityOf(tip, span), tip.id]));
  const ignored = new Map(before.ignored);
  let { lastId } = before;
  const tracked = findings.findings.flatMap((finding, index): TrackedTip[] => {
    const words = finding.span ? textAt(sent, finding.span) : "";
    const span = finding.span && remapSpan(finding.span, edit);
    // A span without its own quote belongs to another text, and applying the tip would replace the wrong words.
    if (words !== finding.quote) return [];
    if (finding.span && (!span || words === "" || textAt(text, span) !== words)) return [];
    const tip = { id: "", finding, words, seen: findings.seen?.includes(index) ?? false };
    if (findings.ignored?.includes(index)) ignored.set(keyOf(tip), { rule: finding.rule, words });
    const known = ids.get(identityOf(tip, span));
    if (known === undefined) lastId += 1;
    return [{ tip: { ...tip, id: known ?? String(lastId) }, span }];
  });
  return { ...before, [kind]: tracked, ignored, lastId };
}
