/**
 * Everything around one draft, for random sequences of events: the editor with the rep and the page writing in it, the rep's
 * choices, and a server whose responses arrive late, out of order, or not at all. Checks after each step what must always hold,
 * from what it knows itself and not from the draft's state.
 */
import { expect } from "vitest";
import { blankProtected, findProtected } from "../../src/content/text/protected.js";
import type { Presence } from "../../src/draft/held.js";
import type { Reduce } from "../../src/draft/reducer.js";
import { underlinesOf } from "../../src/draft/state.js";
import { findTip } from "../../src/draft/tips.js";
import type { DraftEvent, Effect, Timer } from "../../src/draft/transition.js";
import type { ErrorCode } from "../../src/shared/result.js";
import { parseEntry, toEntry } from "../../src/shared/rules-off.js";
import { textAt } from "../../src/shared/span.js";
import type { DraftAction } from "../../src/shared/view.js";
import { Driver, PAIRED } from "./driver.js";
import { assess, CHUNKS, checkGrammar, MISSPELT, occurrences, PRIVATE_SENTENCE, suggestionFor, WEAK } from "./fake-server.js";

type Request = Extract<Effect, { do: "assess" | "check-grammar" | "compare" | "suggest" }>;

const isRequest = (effect: Effect): effect is Request =>
  effect.do === "assess" || effect.do === "check-grammar" || effect.do === "compare" || effect.do === "suggest";

/** Numbers are taken modulo how much there is to choose from. */
export type Step =
  | { step: "type"; chunk: number; at: number; removed: number }
  | { step: "page-writes"; chunk: number }
  | { step: "click" }
  | { step: "move-caret"; at: number; hasFocus: boolean }
  | { step: "clear" }
  | { step: "undo" }
  | { step: "compose"; isComposing: boolean }
  | { step: "wait"; timer: Timer }
  | { step: "respond"; which: number; error: ErrorCode | null; hasFocus: boolean }
  | { step: "access"; isPaired: boolean; checksGrammar: boolean; hasHelp: boolean }
  | { step: "apply"; tip: number; isRefused: boolean }
  | { step: "tip"; do: "ignore" | "select"; tip: number }
  | { step: "turn-off"; tip: number; everywhere: boolean; isSaved: boolean }
  | { step: "turn-on"; rule: number; isSaved: boolean }
  /** The pointer or the focus enters the card's list, or leaves it. */
  | { step: "list"; by: Presence; isInside: boolean }
  | {
      step: "choose";
      do:
        | "restore-ignored"
        | "toggle-seen"
        | "restore-seen"
        | "read-anyway"
        | "retry"
        | "keep-wording"
        | "compare"
        | "discard-wording"
        | "drop-suggestion";
    }
  | { step: "suggest" }
  | { step: "use-suggestion"; isRefused: boolean }
  | { step: "point"; at: "fact" | null }
  | { step: "post" }
  | { step: "end" };

export class World {
  readonly draft: Driver;
  text = "";
  readonly #history: string[] = [];
  /** The last text that the rep wrote, found or clicked into. */
  #userText: string | null = "";
  #isComposing = false;
  #isPaired = true;
  #checksGrammar = true;
  #hasHelp = true;
  #hasEnded = false;
  #readAnyway = false;
  #pending: Request[] = [];
  readonly #timers = new Set<Timer>();
  #lastRequest = 0;
  /** The last request of each kind, and the kinds whose last response was an error. */
  readonly #lastOf: Record<Request["do"], number> = { assess: 0, "check-grammar": 0, compare: 0, suggest: 0 };
  readonly #failed = new Set<Request["do"]>();
  /** Entries that the server knows. */
  #rulesOff = new Set<string>();
  readonly #inside = new Set<Presence>();
  /** The rows that the list had when the pointer or the focus entered it; `null` while neither is in it. */
  #heldRows: readonly string[] | null = null;

  constructor(reduce: Reduce) {
    this.draft = new Driver(reduce);
    this.#dispatch({ type: "started", caret: null });
  }

  take(step: Step): void {
    switch (step.step) {
      case "type": {
        const [at, chunk] = [step.at % (this.text.length + 1), CHUNKS[step.chunk % CHUNKS.length]];
        this.#write(this.text.slice(0, at) + chunk + this.text.slice(at + step.removed));
        break;
      }
      case "page-writes":
        // Long after the rep's last key press.
        this.draft.now += 60_000;
        this.#read(this.text + CHUNKS[step.chunk % CHUNKS.length]);
        break;
      case "click":
        this.#userText = this.text;
        this.#dispatch({ type: "user-input", durationMs: 0, now: this.draft.now });
        break;
      case "move-caret": {
        const at = step.at % (this.text.length + 1);
        this.#dispatch({ type: "caret-moved", caret: step.hasFocus ? { start: at, end: at } : null });
        break;
      }
      case "clear":
        this.#write("");
        break;
      case "undo":
        this.#write(this.#history.at(-2) ?? "");
        break;
      case "compose":
        this.#isComposing = step.isComposing;
        this.#dispatch({ type: step.isComposing ? "composition-started" : "composition-ended" });
        break;
      case "wait":
        if (this.#timers.delete(step.timer)) this.#dispatch({ type: "timer-fired", timer: step.timer });
        break;
      case "respond": {
        const [request] = this.#pending.splice(step.which % Math.max(1, this.#pending.length), 1);
        if (request) this.#respond(request, step.error, step.hasFocus);
        break;
      }
      case "access":
        this.#isPaired = step.isPaired;
        this.#checksGrammar = step.checksGrammar;
        this.#hasHelp = step.hasHelp;
        this.#dispatch({
          type: "access-changed",
          access: {
            ...PAIRED,
            ...step,
            wordingHelp: { mode: step.hasHelp ? "endpoint" : "off", company: "" },
            rulesOff: [...this.#rulesOff],
          },
        });
        break;
      case "apply":
        this.#apply(step.tip, step.isRefused);
        break;
      case "tip": {
        const tip = this.#tip(step.tip);
        if (tip) this.#choose({ do: step.do, tip: tip.id });
        break;
      }
      case "turn-off": {
        const tip = this.#tip(step.tip);
        if (tip) this.#turnRule({ do: "turn-off", tip: tip.id, everywhere: step.everywhere }, step.isSaved);
        break;
      }
      case "turn-on": {
        const entries = [...this.draft.state.tips.off];
        const entry = entries[step.rule % Math.max(1, entries.length)];
        if (entry === undefined) break;
        const isInPlace = this.draft.view.tips.some(({ finding }) => finding.rule === parseEntry(entry).rule);
        if (!isInPlace) this.#letRowsChange();
        this.#turnRule({ do: "turn-on", entry }, step.isSaved);
        this.#holdRows();
        break;
      }
      case "list":
        if (step.isInside) this.#inside.add(step.by);
        else this.#inside.delete(step.by);
        if (this.#inside.size === 0) this.#letRowsChange();
        this.#choose({ do: step.isInside ? "enter-list" : "leave-list", by: step.by });
        this.#holdRows();
        break;
      case "choose":
        // The rep asks for other rows.
        if (step.do === "restore-ignored" || step.do === "restore-seen") this.#letRowsChange();
        if (step.do === "read-anyway") this.#readAnyway = this.text.trim() !== "";
        if (step.do !== "read-anyway" || this.#readAnyway) this.#choose({ do: step.do });
        this.#holdRows();
        break;
      case "suggest":
        this.#choose({ do: "suggest-wording", advice: "fact" });
        break;
      case "use-suggestion":
        this.#replace(this.#choose({ do: "use-suggestion" }), step.isRefused);
        break;
      case "point":
        this.#choose({ do: "emphasize", advice: step.at });
        if (step.at !== null) this.#choose({ do: "show-advice", advice: step.at });
        break;
      case "post": {
        const posted = this.text;
        this.#read("");
        this.#dispatch({ type: "posted", text: posted });
        break;
      }
      case "end":
        this.#dispatch({ type: "ended" });
        this.#hasEnded = true;
    }
  }

  /** The rep leaves the draft alone, and the server responds to everything. What nothing but the rep can change, they change before. */
  settle(): void {
    if (this.#hasEnded) return;
    if (this.#isComposing) this.take({ step: "compose", isComposing: false });
    if (!this.#isPaired || !this.#checksGrammar)
      this.take({ step: "access", isPaired: true, checksGrammar: true, hasHelp: this.#hasHelp });
    if (this.#userText !== this.text) this.take({ step: "click" });
    for (const by of this.#inside) this.take({ step: "list", by, isInside: false });
    if (this.#failed.size > 0) this.take({ step: "choose", do: "retry" });
    for (let round = 0; round < 20 && (this.#timers.size > 0 || this.#pending.length > 0); round += 1) {
      for (const timer of ["assess", "idle"] as const) this.take({ step: "wait", timer });
      while (this.#pending.length > 0) this.take({ step: "respond", which: 0, error: null, hasFocus: true });
    }
    expect([this.#timers.size, this.#pending.length], "it settles").toEqual([0, 0]);
    this.#checkSettled();
  }

  #write(text: string): void {
    this.#dispatch({ type: "user-input", durationMs: 1_000, now: this.draft.now });
    this.#userText = text;
    this.#read(text);
  }

  #read(text: string): void {
    this.text = text;
    this.#history.push(text);
    if (text.trim() === "") this.#readAnyway = false;
    this.#dispatch({ type: "editor-read", text, caret: { start: text.length, end: text.length }, now: this.draft.now });
  }

  #tip(index: number) {
    const { tips } = this.draft.view;
    return tips[index % Math.max(1, tips.length)];
  }

  #choose(action: DraftAction): readonly Effect[] {
    return this.#dispatch({ type: "chosen", action });
  }

  /** The server's answer comes at once. */
  #turnRule(action: DraftAction, isSaved: boolean): void {
    const turned = this.#choose(action).find((effect) => effect.do === "turn-rule");
    if (!turned) return;
    const { off, isOff } = turned;
    const entry = toEntry(off);
    if (isSaved && isOff) this.#rulesOff.add(entry);
    if (isSaved && !isOff) this.#rulesOff.delete(entry);
    this.#dispatch({ type: "rule-turned", off, isOff, hasFailed: !isSaved });
  }

  #letRowsChange(): void {
    this.#heldRows = null;
  }

  #holdRows(): void {
    if (this.#inside.size > 0) this.#heldRows ??= this.#rows;
  }

  get #rows(): string[] {
    const { advice, tips } = this.draft.view;
    return [...advice.map(({ advice: { code } }) => code), ...tips.map(({ id }) => id)];
  }

  #apply(index: number, isRefused: boolean): void {
    const tip = this.#tip(index);
    if (!tip) return;
    const replaced = this.#replace(this.#choose({ do: "apply", tip: tip.id, replacement: "use" }), isRefused);
    if (replaced !== null) expect(replaced, "the words of the chosen tip are replaced").toBe(tip.words);
  }

  /** The editor carries out the replacement, if there is one, or refuses it. Returns the words that were to be replaced. */
  #replace(effects: readonly Effect[], isRefused: boolean): string | null {
    const replace = effects.find((effect) => effect.do === "replace");
    if (!replace) return null;
    const { words, replacement } = replace;
    expect(textAt(this.text, replace.span), "only the named words are replaced").toBe(words);
    const { start, end } = replace.span;
    if (!isRefused) this.#read(this.text.slice(0, start) + replace.replacement + this.text.slice(end));
    if (!isRefused) this.#userText = this.text;
    const outcome = isRefused ? "insert-failed" : "applied";
    this.#dispatch({ type: "replaced", outcome, replacement, now: this.draft.now });
    return words;
  }

  #respond(request: Request, error: ErrorCode | null, hasFocus: boolean): void {
    const before = this.draft.state;
    const result = error === null ? null : { error };
    const awaited = {
      assess: before.assessing?.id,
      "check-grammar": before.checkingGrammar?.id,
      compare: before.wording.request,
      suggest: before.suggestion.state === "asking" ? before.suggestion.request : null,
    };
    const isAwaited = this.#lastOf[request.do] === request.request && awaited[request.do] === request.request;
    if (isAwaited && error !== null) this.#failed.add(request.do);
    else if (isAwaited) this.#failed.delete(request.do);
    const { request: id } = request;
    if (request.do === "assess") {
      this.#dispatch({
        type: "assessed",
        request: id,
        result: result ?? { ok: assess(request.text, this.#rulesOff) },
        hasFocus,
      });
    } else if (request.do === "check-grammar") {
      this.#dispatch({
        type: "grammar-checked",
        request: id,
        result: result ?? { ok: checkGrammar(request.text, this.#rulesOff) },
      });
    } else if (request.do === "suggest") {
      this.#dispatch({ type: "suggested", request: id, result: result ?? { ok: suggestionFor(request) } });
    } else {
      const comparison = { preferred: "a", probability_a: 0.6, basis: "", reasons: [] } as const;
      this.#dispatch({ type: "compared", request: id, result: result ?? { ok: { ...comparison, reasons: [] } } });
    }
    if (!isAwaited) expect(this.draft.state, "a late response changes nothing").toBe(before);
  }

  #dispatch(event: DraftEvent): readonly Effect[] {
    const before = this.draft.state;
    const effects = this.draft.dispatch(event);
    if (this.#hasEnded) {
      expect(effects, "nothing follows once the draft has ended").toEqual([]);
      expect(this.draft.state).toBe(before);
    }
    for (const effect of effects) this.#carryOut(effect, event);
    this.#checkView();
    return effects;
  }

  #carryOut(effect: Effect, event: DraftEvent): void {
    if (effect.do === "start-timer") this.#timers.add(effect.timer);
    if (effect.do === "cancel-suggestion") this.#lastOf.suggest = 0;
    if (effect.do === "cancel") for (const { do: kind } of this.#pending) if (kind !== "suggest") this.#lastOf[kind] = 0;
    if (effect.do === "replace") {
      expect(event, "only a chosen replacement changes the text").toMatchObject({ type: "chosen" });
      expect(["apply", "use-suggestion"]).toContain(event.type === "chosen" && event.action.do);
    }
    if (effect.do === "stop") this.#timers.clear();
    if (!isRequest(effect)) return;
    expect(effect.request, "each request has an id of its own").toBeGreaterThan(this.#lastRequest);
    this.#lastRequest = effect.request;
    this.#lastOf[effect.do] = effect.request;
    this.#pending.push(effect);
    expect(this.#isPaired, "an unpaired browser requests nothing").toBe(true);
    if (effect.do === "suggest") {
      expect(event, "a wording is requested by the rep only").toMatchObject({ action: { do: "suggest-wording" } });
      expect(this.#hasHelp, "and only where it is offered").toBe(true);
      expect(effect.text, "of this text").toBe(this.text);
      expect(textAt(this.text, effect.span)).toBe(effect.passage);
      expect(findProtected(this.text).sentences, "a draft with a protected sentence never asks").toEqual([]);
      return;
    }
    const sent = effect.do === "compare" ? [effect.earlier, effect.current] : [effect.text];
    if (!this.#readAnyway) for (const text of sent) expect(text, "protected sentences stay here").not.toMatch(PRIVATE_SENTENCE);
    if (effect.do === "compare") {
      expect(event, "a comparison is requested by the rep only").toMatchObject({ action: { do: "compare" } });
      return;
    }
    if (effect.do === "assess") expect(this.#isComposing, "nothing is sent during composition").toBe(false);
    expect(this.text, "only the rep's own text is sent").toBe(this.#userText);
    expect(effect.text, "offsets stay valid").toHaveLength(this.text.length);
    expect(effect.text.trim(), "an empty draft is not sent").not.toBe("");
  }

  #checkView(): void {
    const { state, view } = this.draft;
    if (this.#hasEnded) return;
    expect(view.text, "the draft's text is the editor's").toBe(this.text);
    for (const { span, tip } of underlinesOf(state)) {
      const words = textAt(this.text, span);
      if (tip !== null) expect([...WEAK, MISSPELT], "only the words of a finding are underlined").toContain(words);
      else expect(words, "advice underlines a whole sentence").toMatch(/^We [a-z ]+\.$/);
    }
    if (this.#inside.size > 0 && this.#heldRows?.length === 0) this.#heldRows = this.#rows;
    if (this.#heldRows) expect(this.#rows, "no row changes its place under the pointer").toEqual(this.#heldRows);
    else expect(state.held === null || this.#inside.size > 0, "nothing is held once both have left").toBe(true);
    for (const { words, gone } of view.tips)
      if (gone === null) expect(this.text, "a tip's words are in the draft").toContain(words);
    for (const { words, isGone } of view.advice) {
      if (isGone || words.length === 0) continue;
      expect(
        words.filter((sentence) => this.text.includes(sentence)),
        "some of the advice's words are in the draft",
      ).not.toEqual([]);
    }
    // An ignored tip stays selected, so that it is open when it is restored.
    if (view.selected !== null) expect(findTip(state.tips, view.selected)).toBeDefined();
    if (view.isCurrent) expect(view.assessedText).toBe(this.text);
    const help = view.suggestion;
    expect(help !== null, "help is visible only where it is offered").toBe(this.#hasHelp);
    if (help && help.suggestion.state !== "idle") expect(help.suggestion.text, "a suggestion is of this text").toBe(this.text);
    if (help?.suggestion.state === "shown") expect(this.text).toContain(help.suggestion.suggested.before);
  }

  #checkSettled(): void {
    const { view } = this.draft;
    if (view.status !== "fresh") {
      expect(["empty", "protected"], "every other draft is assessed in the end").toContain(view.status);
      expect(view).toMatchObject({ tips: [], advice: [], assessment: null });
      return;
    }
    expect(view.isCurrent).toBe(true);
    const protection = this.#readAnyway ? { sentences: [] } : findProtected(this.text);
    const isWhole = protection.sentences.length === 0;
    const readable = blankProtected(this.text, { triggers: [], isGreaterPart: false, ...protection });
    const off = new Set([...this.#rulesOff].map((entry) => parseEntry(entry).rule));
    const expected = occurrences([...WEAK, ...(isWhole ? [MISSPELT] : [])], readable, (word) => word);
    const ignored = new Set([...this.draft.state.tips.ignored.values()].map(({ words }) => words));
    const isOn = (word: string): boolean => !off.has(word === MISSPELT ? "Harper.SpellCheck" : `Repute.${word}`);
    const shown = view.tips.map(({ words }) => words);
    expect(shown.sort(), "each finding is shown").toEqual(expected.filter((word) => !ignored.has(word) && isOn(word)).sort());
  }
}
