/** A draft without an editor, a server or a clock: its events are dispatched by hand, and its effects are collected. */
import type { Reduce } from "../../src/draft/reducer.js";
import { type Access, createDraft, type DraftStart, type DraftState } from "../../src/draft/state.js";
import type { DraftEvent, Effect } from "../../src/draft/transition.js";
import { viewOf } from "../../src/draft/view.js";
import type { GrammarFinding } from "../../src/shared/grammar.js";
import type { MarkedAssessment } from "../../src/shared/protocol.js";
import type { DraftAction, DraftView } from "../../src/shared/view.js";
import type { Finding } from "../../src/shared/wire.js";
import type { WordingHelp } from "../../src/shared/wording-help.js";
import { spanOf } from "../span-of.js";

const WORDING_HELP: WordingHelp = { mode: "endpoint", company: "Quill Models" };
export const PAIRED: Access = { isPaired: true, checksGrammar: true, wordingHelp: WORDING_HELP, rulesOff: [] };
export const UNPAIRED: Access = { ...PAIRED, isPaired: false };

export const findingOn = (quote: string, text: string, rule = "Repute.PlainWords"): Finding => ({
  rule,
  dimension: "clarity",
  span: spanOf(quote, text),
  quote,
  message: "Say it plainly",
  why: "",
  evidence: { grade: "C", source: "" },
  severity: "tip",
  replacements: ["use"],
  points: -1,
});

export const misspelling = (quote: string, text: string): GrammarFinding => ({
  rule: "Harper.SpellCheck",
  span: spanOf(quote, text),
  quote,
  message: "Check the spelling",
  severity: "grammar",
  replacements: [],
});

export const assessmentOf = (change: Partial<MarkedAssessment> = {}): MarkedAssessment => ({
  surface: "linkedin-post",
  score: 50,
  band: "fair",
  confidence: null,
  dimensions: {},
  findings: [],
  advice: [],
  contributions: [],
  sentence_ranges: [],
  length: null,
  gate: { state: "open", reasons: [] },
  scoring_version: "1",
  note: "",
  note_code: "",
  comparison: null,
  ...change,
});

type EffectOf<K extends Effect["do"]> = Extract<Effect, { do: K }>;

export class Driver {
  state: DraftState;
  /** Of the last event. */
  effects: readonly Effect[] = [];
  now = 10_000;

  constructor(
    readonly reduce: Reduce,
    start: Partial<DraftStart> = {},
  ) {
    this.state = createDraft({
      text: "",
      surface: "linkedin-post",
      access: PAIRED,
      isUserText: true,
      keptWording: null,
      ...start,
    });
  }

  dispatch(event: DraftEvent): readonly Effect[] {
    const { state, effects } = this.reduce(this.state, event);
    this.state = state;
    this.effects = effects;
    return effects;
  }

  choose(action: DraftAction): readonly Effect[] {
    return this.dispatch({ type: "chosen", action });
  }

  /** The rep types, with the caret after the last character. */
  type(text: string): readonly Effect[] {
    this.dispatch({ type: "user-input", durationMs: 1_000, now: this.now });
    return this.read(text);
  }

  /** The editor's text changes, by whomever. */
  read(text: string, caret = text.length): readonly Effect[] {
    return this.dispatch({ type: "editor-read", text, caret: { start: caret, end: caret }, now: this.now });
  }

  pause(): readonly Effect[] {
    return this.dispatch({ type: "timer-fired", timer: "assess" });
  }

  /** The rep types `text` and pauses, and the server responds. */
  assess(text: string, change: Partial<MarkedAssessment> = {}): readonly Effect[] {
    this.type(text);
    this.pause();
    return this.respond({ ok: assessmentOf(change) });
  }

  respond(result: Extract<DraftEvent, { type: "assessed" }>["result"], hasFocus = true): readonly Effect[] {
    return this.dispatch({ type: "assessed", request: this.effect("assess").request, result, hasFocus });
  }

  respondGrammar(findings: GrammarFinding[]): readonly Effect[] {
    const { request } = this.effect("check-grammar");
    return this.dispatch({ type: "grammar-checked", request, result: { ok: { findings, ignored: [] } } });
  }

  find<K extends Effect["do"]>(kind: K): EffectOf<K> | undefined {
    return this.effects.find((effect): effect is EffectOf<K> => effect.do === kind);
  }

  /** An effect of the last event, which must have it. */
  effect<K extends Effect["do"]>(kind: K): EffectOf<K> {
    const effect = this.find(kind);
    if (!effect) throw new Error(`no ${kind} among ${this.effects.map((one) => one.do).join(", ")}`);
    return effect;
  }

  get kinds(): string[] {
    return this.effects.map((effect) => effect.do);
  }

  get view(): DraftView {
    const editor = { draft: "1", isUnderlined: true, canApply: true, needsFocus: false } as const;
    return viewOf(this.state, editor);
  }

  get words(): string[] {
    return this.view.tips.map(({ words }) => words);
  }
}
