/** The tips of one draft, each tracked with its words while the rep keeps writing, and the tips that the rep ignored. */
import type { TipKey } from "../shared/ignored.js";
import type { PostedRules } from "../shared/seen.js";
import { type Span, textAt } from "../shared/span.js";
import type { Tip } from "../shared/view.js";
import { PostedTips } from "./posted-tips.js";
import { computeSingleTextEdit, remapSpan, type TextEdit } from "./text/remap.js";

export interface TrackedTip {
  tip: Omit<Tip, "underCaret">;
  /** Where its words are now; `null` for a tip about the whole text. */
  span: Span | null;
}

interface Findings {
  findings: readonly Tip["finding"][];
  /** Indexes of the findings whose tips were ignored before, and of those that the rep has seen in enough posts. */
  ignored?: number[];
  seen?: number[];
}

/** Two tips with the same key are ignored together: the same rule about the very same words. */
const keyOf = ({ finding, words }: { finding: { rule: string }; words: string }): string => `${finding.rule}\n${words}`;

/** Identifies an unchanged tip in the next response. */
const identityOf = (tip: TrackedTip["tip"], span: Span | null): string => `${keyOf(tip)}@${span?.start}`;

export class TrackedTips {
  #coach: TrackedTip[] = [];
  #grammar: TrackedTip[] = [];
  /** By key: ignored in this draft or in an earlier one. */
  readonly #ignored = new Map<string, TipKey>();
  readonly #posted = new PostedTips();
  #lastId = 0;

  /** All tips that are not ignored, the coach's before spelling and grammar. */
  get visible(): TrackedTip[] {
    const all = [...this.#coach, ...this.#grammar];
    return this.#ignored.size === 0 ? all : all.filter(({ tip }) => !this.#ignored.has(keyOf(tip)));
  }

  get ignoredCount(): number {
    return this.#ignored.size;
  }

  find(id: string): TrackedTip | undefined {
    return [...this.#coach, ...this.#grammar].find(({ tip }) => tip.id === id);
  }

  /** Hides the tip and all others with its key. */
  ignore({ tip }: TrackedTip): TipKey {
    const key = { rule: tip.finding.rule, words: tip.words };
    this.#ignored.set(keyOf(tip), key);
    return key;
  }

  /** Shows the ignored tips again and returns their keys. */
  restoreIgnored(): TipKey[] {
    const keys = [...this.#ignored.values()];
    this.#ignored.clear();
    return keys;
  }

  /** Shows the tips again that were folded away because the rep had seen them, and returns their rules. */
  restoreSeen(): string[] {
    const seen = this.#coach.filter(({ tip }) => tip.seen);
    this.#coach = this.#coach.map((tracked) => ({ ...tracked, tip: { ...tracked.tip, seen: false } }));
    return [...new Set(seen.map(({ tip }) => tip.finding.rule))];
  }

  /** The rules of the tips in `text` as it was posted; `null` if it was not assessed. */
  posted(text: string): PostedRules | null {
    return this.#posted.posted(text, (tip) => this.#ignored.has(keyOf(tip)));
  }

  /** Moves every tip with an edit that led to `text`; tips whose words were edited are dropped. */
  applyEdit(edit: TextEdit, text: string): void {
    if (text.trim() === "") this.#posted.emptied();
    const move = (tracked: TrackedTip): TrackedTip[] => {
      if (!tracked.span) return [tracked];
      const span = remapSpan(tracked.span, edit);
      // Before the edit nothing moves, and while a draft is written most of it is there.
      if (span === tracked.span) return [tracked];
      return span && textAt(text, span) === tracked.tip.words ? [{ ...tracked, span }] : [];
    };
    this.#coach = this.#coach.flatMap(move);
    this.#grammar = this.#grammar.flatMap(move);
  }

  /** Replaces the coach's tips with the findings in `sent` whose words are still in `text`. */
  setCoach(findings: Findings, sent: string, text: string): void {
    this.#coach = this.#reconcile(findings, sent, text, this.#coach);
    this.#posted.assessed(
      sent,
      this.#coach.map(({ tip }) => tip),
    );
  }

  setGrammar(findings: Findings, sent: string, text: string): void {
    this.#grammar = this.#reconcile(findings, sent, text, this.#grammar);
  }

  clearCoach(): void {
    this.#coach = [];
  }

  clear(): void {
    this.#coach = [];
    this.#grammar = [];
  }

  /** A tip that was there `before` keeps its id, so that an open tip stays open. */
  #reconcile({ findings, ignored, seen }: Findings, sent: string, text: string, before: readonly TrackedTip[]): TrackedTip[] {
    const edit = computeSingleTextEdit(sent, text);
    const ids = new Map(before.map(({ tip, span }) => [identityOf(tip, span), tip.id]));
    return findings.flatMap((finding, index) => {
      const words = finding.span ? textAt(sent, finding.span) : "";
      const span = finding.span && remapSpan(finding.span, edit);
      // A span without its own quote belongs to another text, and applying the tip would replace the wrong words.
      if (words !== finding.quote) return [];
      if (finding.span && (!span || words === "" || textAt(text, span) !== words)) return [];
      const tip = { id: "", finding, words, seen: seen?.includes(index) ?? false };
      if (ignored?.includes(index)) this.#ignored.set(keyOf(tip), { rule: finding.rule, words });
      tip.id = ids.get(identityOf(tip, span)) ?? this.#nextId();
      return [{ tip, span }];
    });
  }

  #nextId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }
}
