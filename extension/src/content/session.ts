/** One draft's life: read it, have it judged, keep the findings with their words, draw them, apply them. */
import type { GrammarResult } from "../shared/grammar.js";
import type { TipKey } from "../shared/ignored.js";
import { type AssessmentWithIgnored, MAX_DRAFT } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { DraftView, Status, Tip } from "../shared/view.js";
import type { Assessment, Comparison, Surface } from "../shared/wire.js";
import type { Editor, Outcome, Snapshot } from "./editors/editor.js";
import { Marks } from "./paint/highlights.js";
import { isProtected } from "./text/protected.js";
import { computeSingleTextEdit, remapSentence, remapSpan, type Span } from "./text/remap.js";
import { WordingComparison } from "./wording-comparison.js";

/** A draft is sent after this long without a change. */
const QUIET_MS = 300;

/** After this long without a change the rep has left the sentence at the caret as it is, finished or not. */
const REST_MS = 2_000;

/** A sentence ends with one of these, whatever closes after it. */
const ENDED = /[.!?\u2026]["'\u201d\u2019\u00bb)\]]*$/;

/** A key changes the draft at once or, in editors that draw it anew, soon after; a long paste or drop on a busy machine later. */
const WRITING_MS = 1_000;
const PASTING_MS = 5_000;

/** After an answer of "not reachable" or "busy" the next try comes with the next change, or after this long if the rep is
 * still in the editor. Doubled each time, so that a server in trouble is left alone. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 80_000;

/** Who judges drafts: the background worker, or the web composer's own page. */
export interface AssessmentClient {
  assess: (editor: string, surface: Surface, text: string) => Promise<Result<AssessmentWithIgnored>>;
  compare: (editor: string, surface: Surface, a: string, b: string) => Promise<Result<Comparison>>;
  /** Spelling and grammar, where somebody on this device checks them. */
  grammar?: (editor: string, text: string) => Promise<Result<GrammarResult>>;
  cancel: (editor: string) => void;
  /** The rep put a tip aside, or wants those back. */
  ignore: (tip: TipKey) => void;
  restoreIgnored: (tips: TipKey[]) => void;
}

interface TrackedTip {
  tip: Omit<Tip, "underCaret">;
  span: Span | null;
}

export interface SessionOptions {
  editor: Editor;
  surface: Surface;
  client: AssessmentClient;
  signal: AbortSignal;
  underlines: boolean;
  canApply: boolean;
  /** The view has changed. */
  onChange: () => void;
  /** The rep clicked words that a tip is about, or asked for the card. */
  onOpenTip: (tip: string | null) => void;
}

export class Session {
  readonly id = crypto.randomUUID();
  readonly editor: Editor;
  readonly surface: Surface;
  readonly #options: SessionOptions;
  readonly #marks: Marks;
  /** What the rep kept of this draft to compare with. */
  readonly comparison: WordingComparison;
  /** Tips of this draft that the rep put aside, now or another day. */
  readonly #ignored = new Map<string, TipKey>();
  #reading: Snapshot;
  #held: TrackedTip[] = [];
  /** Remarks on spelling and grammar, which come and go by themselves. */
  #slips: TrackedTip[] = [];
  #checked: string | null = null;
  #sentences: Span[] = [];
  /** Where the caret is while the editor has the focus. */
  #caret: Span | null = null;
  /** Where it was last, for a way back from the card. */
  #lastCaret: Span | null = null;
  #assessment: Assessment | null = null;
  #judged: string | null = null;
  #status: Status = "empty";
  #detail = "";
  #message: DraftView["message"] = "";
  #selected: string | null = null;
  #timer = 0;
  #rested = true;
  #rest = 0;
  #retry = RETRY_MS;
  #tips = 0;
  /** The draft as the rep knows it: found, written or gone back to by them. What a page writes by itself is not sent; its
   * scripts can set any text and fake any event, but not one that the browser trusts. */
  #known: string | null;
  /** Until when a change is the rep's own doing, by `performance.now()`. */
  #writesUntil = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.editor = options.editor;
    this.surface = options.surface;
    this.#marks = new Marks(this.editor.element, options.signal);
    this.#reading = this.editor.read();
    this.#known = navigator.userActivation.hasBeenActive ? this.#reading.text : null;
    this.comparison = new WordingComparison({
      compare: (earlier, now) => options.client.compare(this.id, this.surface, earlier, now),
      onChange: options.onChange,
    });
    const { signal } = options;
    const { element } = this.editor;
    const listen = <K extends keyof HTMLElementEventMap>(
      type: K,
      heard: (event: HTMLElementEventMap[K]) => void,
      capture = false,
    ): void => element.addEventListener(type, heard, { signal, capture });

    if (this.#reading.map) {
      const observer = new MutationObserver(() => this.#read());
      observer.observe(element, { childList: true, characterData: true, subtree: true });
      signal.addEventListener("abort", () => observer.disconnect());
    } else listen("input", () => this.#read());
    // Not "input": the browser trusts that one even where a script has called `execCommand`.
    for (const type of ["beforeinput", "keydown", "paste", "drop", "click"] as const) {
      const lasts = type === "click" ? 0 : type === "paste" || type === "drop" ? PASTING_MS : WRITING_MS;
      listen(type, (event) => event.isTrusted && this.#tend(lasts), true);
    }
    const composes = (event: Event): void => {
      if (event.isTrusted) this.editor.isComposing = true;
    };
    listen("compositionstart", composes);
    listen("beforeinput", (event) => event.isComposing && composes(event), true);
    // Chromium's own end is not marked as trusted. One that a page fakes lasts until the next character.
    listen("compositionend", () => {
      this.editor.isComposing = false;
      this.#read();
      this.#wait(QUIET_MS);
    });
    listen("click", (event) => {
      if (!event.isTrusted) return;
      const tip = this.#marks.at(event.clientX, event.clientY);
      if (tip) options.onOpenTip(tip);
    });
    document.addEventListener("selectionchange", () => this.#moved(), { signal });
    element.addEventListener("focusout", () => queueMicrotask(() => this.#moved()), { signal });
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#rest);
      this.#marks.clear();
      this.comparison.discard();
      options.client.cancel(this.id);
    });
    this.#moved();
    this.#wait(QUIET_MS);
  }

  get text(): string {
    return this.#reading.text;
  }

  view(): DraftView {
    const sentence = this.#sentenceAtCaret();
    return {
      draft: this.id,
      surface: this.surface,
      status: this.#status,
      detail: this.#detail,
      text: this.#reading.text,
      assessment: this.#assessment,
      isCurrent: this.#isSettled,
      tips: this.#shown().map(({ tip, span }) => ({ ...tip, underCaret: meets(span, sentence) })),
      ignored: this.#ignored.size,
      selected: this.#selected,
      canApply: this.#options.canApply,
      needsFocus: this.editor.needsFocus,
      message: this.#message,
      keptWording: this.comparison.view,
      prompt: null,
    };
  }

  select(tip: string | null): void {
    this.#selected = tip;
    this.#message = "";
    this.#options.onChange();
  }

  ignore(id: string): void {
    const held = this.#tip(id);
    if (held) {
      const about = { rule: held.tip.finding.rule, words: held.tip.words };
      this.#ignored.set(ignoring(held.tip), about);
      this.#options.client.ignore(about);
    }
    this.#show();
  }

  restoreIgnored(): void {
    this.#options.client.restoreIgnored([...this.#ignored.values()]);
    this.#ignored.clear();
    this.#show();
  }

  showMessage(message: DraftView["message"]): void {
    this.#message = message;
    this.#options.onChange();
  }

  /** Keeps the present wording; only one that was judged as it stands, so that its score is its own. */
  keepWording(): void {
    if (this.#isSettled) this.comparison.keep(this.text, this.#assessment);
  }

  discardWording(): void {
    this.comparison.discard();
    this.#options.onChange();
  }

  /** Asks which is likely to do better, at the rep's word. */
  async compare(): Promise<void> {
    if (this.#isSettled && this.text !== this.comparison.view?.text) await this.comparison.compare(this.text);
  }

  async apply(id: string, replacement: string): Promise<Outcome> {
    const held = this.#tip(id);
    if (!held?.span) return "text-changed";
    const outcome = await this.editor.replace({ span: held.span, words: held.tip.words, replacement, caret: this.#lastCaret });
    if (outcome === "applied") this.#tend(0);
    this.showMessage(outcome === "applied" ? "applied" : outcome === "insert-failed" ? "not-applied" : "unchanged");
    return outcome;
  }

  /** Back to writing, where the rep left off. */
  async restoreFocus(): Promise<void> {
    await this.editor.restoreFocus(this.#lastCaret);
  }

  /** Judges again even though the text is the same: the scoring or the rep's choices have changed, or the way is clear. */
  reassess(): void {
    this.#judged = null;
    this.#checked = null;
    this.#retry = RETRY_MS;
    this.#wait(0);
  }

  #tip(id: string): TrackedTip | undefined {
    return [...this.#held, ...this.#slips].find(({ tip }) => tip.id === id);
  }

  get #isSettled(): boolean {
    return this.#assessment !== null && this.#judged === this.#reading.text;
  }

  #read(): void {
    const before = this.#reading.text;
    this.#reading = this.editor.read();
    const { text } = this.#reading;
    if (text !== before) {
      this.editor.lastChangedAt = performance.now();
      const edit = computeSingleTextEdit(before, text);
      const follow = (held: TrackedTip): TrackedTip[] => {
        if (!held.span) return [held];
        const span = remapSpan(held.span, edit);
        // Before the edit, where most of a draft is while it is written.
        if (span === held.span) return [held];
        return span && text.slice(span.offset, span.offset + span.length) === held.tip.words ? [{ ...held, span }] : [];
      };
      this.#held = this.#held.flatMap(follow);
      this.#slips = this.#slips.flatMap(follow);
      this.#sentences = this.#sentences.flatMap((span) => remapSentence(span, edit) ?? []);
      this.#message = "";
      this.#retry = RETRY_MS;
      if (performance.now() < this.#writesUntil) this.#known = text;
      this.comparison.textChanged(text);
      this.#typed();
      if (!this.editor.isComposing) this.#wait(QUIET_MS);
    }
    this.#caret = this.editor.isFocused ? this.editor.selection(this.#reading) : null;
    this.#lastCaret = this.#caret ?? this.#lastCaret;
    // Even an edit that leaves the text alone may have replaced the nodes under the highlights.
    this.#show();
  }

  #moved(): void {
    const before = this.#sentenceAtCaret();
    const focused = this.editor.isFocused;
    const caret = focused ? this.editor.selection(this.#reading) : null;
    const gone = this.#caret !== null && caret === null;
    this.#caret = caret;
    this.#lastCaret = caret ?? this.#lastCaret;
    if (gone || this.#sentenceAtCaret() !== before) this.#show();
  }

  #typed(): void {
    this.#rested = false;
    clearTimeout(this.#rest);
    this.#rest = window.setTimeout(() => {
      if (this.editor.isComposing) {
        this.#typed();
        return;
      }
      this.#rested = true;
      this.#show();
    }, REST_MS);
  }

  /** The rep is at the draft, so that it is theirs as it stands; and for so many ms what comes of their writing is, too. */
  #tend(lasts: number): void {
    if (lasts > 0) this.#writesUntil = Math.max(this.#writesUntil, performance.now() + lasts);
    if (this.#known === this.#reading.text) return;
    this.#known = this.#reading.text;
    if (!this.editor.isComposing) this.#wait(QUIET_MS);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.#judge();
    }, ms);
  }

  async #judge(): Promise<void> {
    const { text } = this.#reading;
    const { signal, client } = this.#options;
    if (signal.aborted || this.editor.isComposing || (text === this.#judged && text === this.#checked)) return;
    const local: Status | null =
      text.trim() === "" ? "empty" : text.length > MAX_DRAFT ? "too-long" : isProtected(text) ? "protected" : null;
    if (local) {
      client.cancel(this.id);
      this.#judged = null;
      this.#clear(local);
      return;
    }
    if (text !== this.#known) return;
    if (text === this.#judged) {
      await this.#check(text);
      return;
    }
    if (this.#status === "empty" || this.#status === "protected" || this.#status === "too-long") this.#status = "checking";
    this.#options.onChange();
    const answer = await client.assess(this.id, this.surface, text);
    if (signal.aborted) return;
    if ("ok" in answer) {
      this.#take(text, answer.ok);
      // Meanwhile the rep went back to the words judged before, for which nothing was sent.
      if (text !== this.#reading.text && this.#timer === 0) this.#wait(0);
    } else if (answer.error !== "stale") this.#fail(answer.error, answer.detail ?? "");
    // Last, for what checks it may have to be loaded first, and nothing else is answered meanwhile.
    if (text === this.#reading.text) await this.#check(text);
  }

  #take(sent: string, assessment: AssessmentWithIgnored): void {
    const edit = computeSingleTextEdit(sent, this.#reading.text);
    if (assessment.gate.state === "protected") {
      this.#judged = sent;
      this.#clear("protected", "server");
      return;
    }
    this.#held = this.#hold(sent, assessment, this.#held);
    this.#sentences = assessment.sentence_ranges.flatMap((span) => remapSentence(withSpace(span, sent), edit) ?? []);
    this.#assessment = assessment;
    this.#judged = sent;
    this.#status = "fresh";
    this.#detail = "";
    this.#retry = RETRY_MS;
    this.#show();
  }

  /** What has been found in `sent` and still holds. What was there `before` keeps its name, so that what is open stays open. */
  #hold(
    sent: string,
    { findings, ignored }: { findings: readonly Tip["finding"][]; ignored?: number[] },
    before: readonly TrackedTip[],
  ): TrackedTip[] {
    const edit = computeSingleTextEdit(sent, this.#reading.text);
    const now = this.#reading.text;
    const kept = new Map(before.map((held) => [`${ignoring(held.tip)}@${held.span?.offset}`, held.tip.id]));
    return findings.flatMap((finding, place) => {
      const words = finding.span ? sent.slice(finding.span.offset, finding.span.offset + finding.span.length) : "";
      const span = finding.span && remapSpan(finding.span, edit);
      // A span that does not hold its own quote is of another text; applying it would replace the wrong words.
      if (words !== finding.quote) return [];
      if (finding.span && (!span || words === "" || now.slice(span.offset, span.offset + span.length) !== words)) return [];
      const tip = { id: "", finding, words };
      if (ignored?.includes(place)) this.#ignored.set(ignoring(tip), { rule: finding.rule, words });
      tip.id = kept.get(`${ignoring(tip)}@${span?.offset}`) ?? this.#nextTipId();
      return [{ tip, span }];
    });
  }

  #nextTipId(): string {
    this.#tips += 1;
    return String(this.#tips);
  }

  /** Asks for spelling and grammar. What goes wrong there is not worth a word: the next change asks again. */
  async #check(text: string): Promise<void> {
    const { signal, client } = this.#options;
    if (!client.grammar || text === this.#checked) return;
    this.#checked = text;
    const answer = await client.grammar(this.id, text);
    if (signal.aborted) return;
    if ("ok" in answer) this.#slips = this.#hold(text, answer.ok, this.#slips);
    else this.#checked = null;
    this.#show();
  }

  #fail(error: Exclude<Result<never>, { ok: never }>["error"], detail: string): void {
    const passing = error === "unreachable" || error === "busy" || error === "invalid-answer";
    this.#status =
      error === "invalid-answer" || error === "bad-message" || error === "paused"
        ? "unreachable"
        : error === "stale"
          ? this.#status
          : error;
    this.#detail = detail;
    if (passing && this.editor.isFocused) {
      this.#wait(this.#retry);
      this.#retry = Math.min(this.#retry * 2, MAX_RETRY_MS);
    }
    if (!passing) this.#held = [];
    this.#show();
  }

  #clear(status: Status, detail = ""): void {
    this.#held = [];
    this.#slips = [];
    this.#checked = null;
    this.#sentences = [];
    this.#assessment = null;
    this.#status = status;
    this.#detail = detail;
    this.#show();
  }

  #shown(): TrackedTip[] {
    const all = [...this.#held, ...this.#slips];
    return this.#ignored.size === 0 ? all : all.filter(({ tip }) => !this.#ignored.has(ignoring(tip)));
  }

  /** The sentence that is being typed: none while the rep rests or where the caret stands behind a finished one. */
  #sentenceAtCaret(): Span | null {
    const caret = this.#caret;
    if (!caret || this.#rested) return null;
    const { text } = this.#reading;
    const sentence =
      this.#sentences.find(({ offset, length }) => offset <= caret.offset && caret.offset <= offset + length) ??
      // The space before the next word belongs to no sentence.
      this.#sentences.findLast(
        ({ offset, length }) => offset < caret.offset && text.slice(offset + length, caret.offset).trim() === "",
      ) ??
      gapAt(caret.offset, text, this.#sentences);
    const before = text.slice(sentence.offset, caret.offset);
    const written = before.trimEnd();
    const isLast = text.slice(caret.offset, sentence.offset + sentence.length).trim() === "";
    return isLast && (ENDED.test(written) || before.slice(written.length).includes("\n")) ? null : sentence;
  }

  #show(): void {
    const { map } = this.#reading;
    if (map && this.#options.underlines) {
      const sentence = this.#sentenceAtCaret();
      this.#marks.draw(
        this.#shown().flatMap(({ tip, span }) =>
          span && !meets(span, sentence)
            ? [
                {
                  ...map.placesAround(span.offset, span.offset + span.length),
                  offset: span.offset,
                  severity: tip.finding.severity,
                  tip: tip.id,
                },
              ]
            : [],
        ),
      );
    }
    if (this.#selected !== null && !this.#tip(this.#selected)) this.#selected = null;
    this.#options.onChange();
  }
}

/** An unfinished sentence with the space behind it, where its next word is typed. */
function withSpace(span: Span, text: string): Span {
  const end = span.offset + span.length;
  if (ENDED.test(text.slice(span.offset, end))) return span;
  const next = text.slice(end).search(/\S|\n|$/);
  return { offset: span.offset, length: span.length + next };
}

/** What stands around the caret between the sentences that are known, within its line: a new sentence is under way there. */
function gapAt(caret: number, text: string, sentences: readonly Span[]): Span {
  const lineEnd = text.indexOf("\n", caret);
  const start = Math.max(
    text.lastIndexOf("\n", caret - 1) + 1,
    ...sentences.map(({ offset, length }) => offset + length).filter((end) => end <= caret),
  );
  const end = Math.min(
    lineEnd < 0 ? text.length : lineEnd,
    ...sentences.map(({ offset }) => offset).filter((begin) => begin > caret),
  );
  return { offset: start, length: end - start };
}

const meets = (span: Span | null, sentence: Span | null): boolean =>
  span !== null &&
  sentence !== null &&
  span.offset < sentence.offset + sentence.length &&
  span.offset + span.length > sentence.offset;

/** What an ignored tip is recognised by: the rule and the very words. */
const ignoring = ({ finding, words }: { finding: { rule: string }; words: string }): string => `${finding.rule}\n${words}`;
