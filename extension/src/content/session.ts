/** The session of one draft: reads the editor, requests assessments, and tracks, underlines and applies the tips. */
import type { MarkedAssessment } from "../shared/protocol.js";
import type { ErrorCode } from "../shared/result.js";
import { overlaps, type Span, textAt } from "../shared/span.js";
import type { DraftView, Status } from "../shared/view.js";
import type { Assessment, Surface } from "../shared/wire.js";
import { AssessTimer } from "./assess-timer.js";
import type { AssessmentClient } from "./assessment-client.js";
import type { Editor, Outcome, Snapshot } from "./editors/editor.js";
import { listenToEditor } from "./editors/events.js";
import { Marks } from "./paint/highlights.js";
import { reveal } from "./paint/reveal.js";
import { blankProtected, findProtected, type Protection } from "./text/protected.js";
import { computeSingleTextEdit, remapSentence } from "./text/remap.js";
import { withTrailingSpace } from "./text/sentences.js";
import { moveAdvice, type TrackedAdvice, trackAdvice } from "./tracked-advice.js";
import { TrackedTips } from "./tracked-tips.js";
import { TypingPosition } from "./typing-position.js";
import { adviceMarksOf, marksOf } from "./underlines.js";
import { isUnsent, unsentStatus } from "./unsent.js";
import { UserText } from "./user-text.js";
import { WordingComparison } from "./wording-comparison.js";

export interface SessionOptions {
  editor: Editor;
  surface: Surface;
  client: AssessmentClient;
  signal: AbortSignal;
  underlines: boolean;
  canApply: boolean;
  /** The text at the start is the rep's, although no click or key press has shown that: our own page has restored it. */
  isRestored?: boolean;
  /** The view has changed. */
  onChange: () => void;
  /** The rep clicked words that this tip is about. */
  onOpenTip: (tip: string) => void;
}

const NOTHING_PROTECTED: Protection = { sentences: [], triggers: [], isGreaterPart: false };

export class Session {
  readonly id = crypto.randomUUID();
  readonly editor: Editor;
  readonly surface: Surface;
  /** The comparison with a wording that the rep kept. */
  readonly comparison: WordingComparison;
  readonly #options: SessionOptions;
  readonly #highlights: Marks;
  readonly #tips = new TrackedTips();
  #advice: readonly TrackedAdvice[] = [];
  /** The code of the advice that the rep points at. */
  #emphasized: string | null = null;
  readonly #userText: UserText;
  readonly #position: TypingPosition;
  #snapshot: Snapshot;
  /** The last assessment, with the text that its spans refer to. */
  #assessed: { text: string; assessment: Assessment } | null = null;
  /** The texts for which the coach's and the grammar tips need not be requested again. */
  #assessedText: string | null = null;
  #grammarText: string | null = null;
  #status: Status = "empty";
  #detail = "";
  #message: DraftView["message"] = "";
  #selected: string | null = null;
  #isSeenOpen = false;
  /** The rep said that this draft is about business. Forgotten with the session. */
  #readAnyway = false;
  readonly #timer = new AssessTimer(() => void this.#assess());

  constructor(options: SessionOptions) {
    const { editor, surface, client, signal, onChange } = options;
    this.#options = options;
    this.editor = editor;
    this.surface = surface;
    this.#highlights = new Marks(editor.element, signal);
    this.#snapshot = editor.read();
    this.#position = new TypingPosition(editor, () => this.#render());
    this.#userText = new UserText(options.isRestored || navigator.userActivation.hasBeenActive ? this.#snapshot.text : null);
    this.comparison = new WordingComparison({
      compare: (earlier, current) => client.compare(this.id, surface, this.#sendable(earlier), this.#sendable(current)),
      onChange,
    });
    listenToEditor(
      editor,
      {
        onChange: () => this.#readEditor(),
        onUserInput: (durationMs) => this.#markUserInput(durationMs),
        onCompositionEnd: () => {
          this.#readEditor();
          this.#timer.schedule();
        },
        onClick: ({ clientX, clientY }) => {
          // Clicking the same words again leads to the next tip on them.
          const tips = this.#highlights.tipsAt(clientX, clientY);
          const tip = tips[(tips.indexOf(this.#selected ?? "") + 1) % tips.length];
          if (tip) options.onOpenTip(tip);
        },
        onSelectionChange: () => this.#updateCaret(),
      },
      signal,
    );
    signal.addEventListener("abort", () => this.#end());
    this.#updateCaret();
    this.#timer.schedule();
  }

  #end(): void {
    this.#timer.stop();
    this.#position.stop();
    this.#highlights.clear();
    this.comparison.discard();
    this.#options.client.cancel(this.id);
  }

  get text(): string {
    return this.#snapshot.text;
  }

  view(): DraftView {
    const sentence = this.#position.sentenceIn(this.text);
    return {
      draft: this.id,
      surface: this.surface,
      status: this.#status,
      detail: this.#detail,
      text: this.text,
      assessment: this.#assessed?.assessment ?? null,
      assessedText: this.#assessed?.text ?? "",
      isCurrent: this.#isCurrent,
      advice: this.#advice.map(({ advice, places }) => ({ advice, words: places.map(({ words }) => words) })),
      unread: this.#protection(this.text).triggers.map((trigger) => textAt(this.text, trigger)),
      tips: this.#tips.visible.map(({ tip, span }) => ({ ...tip, underCaret: overlaps(span, sentence) })),
      ignored: this.#tips.ignoredCount,
      isSeenOpen: this.#isSeenOpen,
      isUnderlined: this.#options.underlines && this.#snapshot.tree !== null,
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
    if (tip !== null && this.#tips.find(tip)?.tip.seen && !this.#isSeenOpen) this.toggleSeen();
    else this.#options.onChange();
  }

  /** Selects the tip and brings its words into view. */
  showTip(tip: string | null): void {
    this.select(tip);
    this.#reveal(tip === null ? null : this.#tips.find(tip)?.span);
  }

  /** Brings the first words of the advice into view. */
  showAdvice(code: string): void {
    this.#reveal(this.#advice.find(({ advice }) => advice.code === code)?.places[0]?.span);
  }

  /** Emphasizes the words of the advice with this code; `null` ends that. */
  emphasize(code: string | null): void {
    if (code === this.#emphasized) return;
    this.#emphasized = code;
    this.#draw();
  }

  ignore(id: string): void {
    const tracked = this.#tips.find(id);
    if (tracked) this.#options.client.ignore(this.#tips.ignore(tracked));
    this.#render();
  }

  restoreIgnored(): void {
    this.#options.client.restoreIgnored(this.#tips.restoreIgnored());
    this.#render();
  }

  /** Unfolds the tips that the rep has seen before, or folds them. Their words are underlined only while they are unfolded. */
  toggleSeen(): void {
    this.#isSeenOpen = !this.#isSeenOpen;
    this.#render();
  }

  restoreSeen(): void {
    this.#isSeenOpen = false;
    this.#options.client.restoreSeen(this.#tips.restoreSeen());
    this.#render();
  }

  /** The rep has posted this text. What is written next in this editor is a new draft. */
  posted(text: string): void {
    const rules = this.#tips.posted(text);
    if (rules) this.#options.client.posted(rules);
    this.#isSeenOpen = false;
  }

  showMessage(message: DraftView["message"]): void {
    this.#message = message;
    this.#options.onChange();
  }

  /** Keeps the current wording for a comparison, if its assessment is current too. */
  keepWording(): void {
    if (this.#isCurrent) this.comparison.keep(this.text, this.#assessed?.assessment ?? null);
  }

  discardWording(): void {
    this.comparison.discard();
    this.#options.onChange();
  }

  /** Asks which wording is likely to do better. Called only on the rep's click. */
  async compare(): Promise<void> {
    if (this.#isCurrent && this.text !== this.comparison.view?.text) await this.comparison.compare(this.text);
  }

  async apply(id: string, replacement: string): Promise<Outcome> {
    const tracked = this.#tips.find(id);
    if (!tracked?.span) return "text-changed";
    const { span, tip } = tracked;
    const outcome = await this.editor.replace({ span, words: tip.words, replacement, caret: this.#position.lastCaret });
    if (outcome === "applied") this.#markUserInput(0);
    this.showMessage(outcome === "applied" ? "applied" : outcome === "insert-failed" ? "not-applied" : "unchanged");
    return outcome;
  }

  /** Returns the focus to the editor, with the caret where the rep left it. */
  async restoreFocus(): Promise<void> {
    await this.editor.restoreFocus(this.#position.lastCaret);
  }

  /** Assesses again even if the text is unchanged: the scoring or the rep's settings have changed, or the rep retries. */
  reassess(): void {
    this.#assessedText = null;
    this.#grammarText = null;
    this.#timer.resetRetry();
    this.#timer.schedule(0);
  }

  /** The rep says that this draft is about business, so its protected sentences are read too. */
  readAnyway(): void {
    this.#readAnyway = true;
    this.reassess();
  }

  #protection(text: string): Protection {
    return this.#readAnyway ? NOTHING_PROTECTED : findProtected(text);
  }

  /** `text` as it may be sent: of the same length, with blanks in place of its protected sentences. */
  #sendable(text: string): string {
    return blankProtected(text, this.#protection(text));
  }

  get #isCurrent(): boolean {
    return this.#assessed !== null && this.#assessedText === this.text;
  }

  #readEditor(): void {
    const before = this.text;
    this.#snapshot = this.editor.read();
    if (this.text !== before) this.#applyEdit(before, this.text);
    this.#position.readCaret(this.#snapshot);
    // Even a change that leaves the text as it is may have replaced the nodes under the highlights.
    this.#render();
  }

  #applyEdit(before: string, text: string): void {
    this.editor.lastChangedAt = performance.now();
    const edit = computeSingleTextEdit(before, text);
    this.#tips.applyEdit(edit, text);
    this.#advice = moveAdvice(this.#advice, edit, text);
    this.#position.applyEdit(edit);
    this.#message = "";
    // An empty editor is a new draft.
    if (text.trim() === "") this.#readAnyway = false;
    this.#timer.resetRetry();
    this.#userText.textChanged(text);
    this.comparison.textChanged(text);
    if (!this.editor.isComposing) this.#timer.schedule();
  }

  #updateCaret(): void {
    const sentence = this.#position.sentenceIn(this.text);
    const hadCaret = this.#position.caret !== null;
    this.#position.readCaret(this.#snapshot);
    const hasLeft = hadCaret && this.#position.caret === null;
    if (hasLeft || this.#position.sentenceIn(this.text) !== sentence) this.#render();
  }

  #markUserInput(durationMs: number): void {
    const isNew = this.#userText.markUserInput(this.text, durationMs);
    if (isNew && !this.editor.isComposing) this.#timer.schedule();
  }

  async #assess(): Promise<void> {
    const { text } = this;
    const { signal, client } = this.#options;
    const isDone = text === this.#assessedText && text === this.#grammarText;
    if (signal.aborted || this.editor.isComposing || isDone) return;
    const status = unsentStatus(text, this.#protection(text));
    if (status) {
      client.cancel(this.id);
      this.#assessedText = null;
      this.#clear(status);
      return;
    }
    if (!this.#userText.isUserText(text)) return;
    if (text === this.#assessedText) {
      await this.#checkGrammar(text);
      return;
    }
    if (isUnsent(this.#status)) this.#status = "checking";
    this.#options.onChange();
    const result = await client.assess(this.id, this.surface, this.#sendable(text), this.#readAnyway);
    if (signal.aborted) return;
    if ("ok" in result) {
      this.#applyAssessment(text, result.ok);
      // The rep has since gone back to the previously assessed words, for which nothing was sent.
      if (text !== this.text && !this.#timer.isScheduled) this.#timer.schedule(0);
    } else if (result.error !== "stale") this.#fail(result.error, result.detail ?? "");
    // Last, because loading the checker blocks the worker.
    if (text === this.text) await this.#checkGrammar(text);
  }

  #applyAssessment(sentText: string, assessment: MarkedAssessment): void {
    this.#assessedText = sentText;
    if (assessment.gate.state === "protected") {
      this.#clear("protected", "server");
      return;
    }
    const edit = computeSingleTextEdit(sentText, this.text);
    this.#tips.setCoach(assessment, sentText, this.text);
    this.#advice = trackAdvice(assessment.advice, sentText, this.text);
    this.#position.setSentences(
      assessment.sentence_ranges.flatMap((span) => remapSentence(withTrailingSpace(span, sentText), edit) ?? []),
    );
    this.#assessed = { text: sentText, assessment };
    this.#status = "fresh";
    this.#detail = "";
    this.#timer.resetRetry();
    this.#render();
  }

  /** Requests spelling and grammar. Errors are not shown, because the next change requests them again. */
  async #checkGrammar(text: string): Promise<void> {
    const { signal, client } = this.#options;
    if (!client.grammar || text === this.#grammarText) return;
    this.#grammarText = text;
    if (this.#protection(text).sentences.length > 0) {
      // Without its protected sentences the text is no longer as the rep wrote it, so its grammar is not checked.
      this.#tips.setGrammar({ findings: [], ignored: [] }, text, this.text);
      this.#render();
      return;
    }
    const result = await client.grammar(this.id, text);
    if (signal.aborted) return;
    if ("ok" in result) this.#tips.setGrammar(result.ok, text, this.text);
    else this.#grammarText = null;
    this.#render();
  }

  #fail(error: Exclude<ErrorCode, "stale">, detail: string): void {
    const isTransient = error === "unreachable" || error === "busy" || error === "invalid-answer";
    this.#status = error === "invalid-answer" || error === "bad-message" || error === "paused" ? "unreachable" : error;
    this.#detail = detail;
    if (isTransient && this.editor.isFocused) this.#timer.scheduleRetry();
    if (!isTransient) {
      this.#tips.clearCoach();
      this.#advice = [];
    }
    this.#render();
  }

  #clear(status: Status, detail = ""): void {
    this.#tips.clear();
    this.#advice = [];
    this.#grammarText = null;
    this.#position.setSentences([]);
    this.#assessed = null;
    this.#status = status;
    this.#detail = detail;
    this.#render();
  }

  #reveal(span: Span | null | undefined): void {
    const { tree } = this.#snapshot;
    if (tree && span) reveal(this.editor.element, tree.positionsAround(span));
  }

  #draw(): void {
    const { tree } = this.#snapshot;
    if (!tree || !this.#options.underlines) return;
    const sentence = this.#position.sentenceIn(this.text);
    const shown = this.#tips.visible.filter(({ tip }) => !tip.seen || this.#isSeenOpen);
    this.#highlights.draw([
      ...marksOf(shown, tree, sentence),
      ...adviceMarksOf(this.#advice, tree, sentence, this.#emphasized),
    ]);
  }

  #render(): void {
    this.#draw();
    if (this.#selected !== null && !this.#tips.find(this.#selected)) this.#selected = null;
    this.#options.onChange();
  }
}
