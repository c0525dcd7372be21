/** One composer: the session of its draft, sharing what was posted, and rendering the card. */
import { render } from "preact";
import { dispatch, type PageHandlers } from "../content/dispatch.js";
import { Editor } from "../content/editors/editor.js";
import { Bar } from "../content/paint/badge.js";
import { Card } from "../content/paint/card.js";
import { Session } from "../content/session.js";
import { cutProtected } from "../content/text/protected.js";
import type { Access } from "../draft/state.js";
import { isGrammarRule } from "../shared/grammar.js";
import type { IgnoredTips } from "../shared/ignored.js";
import { getMessage } from "../shared/messages.js";
import type { MarkedAssessment } from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import { type RuleOff, rulesOffOn, toEntry } from "../shared/rules-off.js";
import type { SeenTips } from "../shared/seen.js";
import type { Action, DraftView } from "../shared/view.js";
import { type Advice, readAssessment, readComparison, SURFACES, type Surface } from "../shared/wire.js";
import type { WordingHelp } from "../shared/wording-help.js";
import { AnswerBox } from "./answer-box.js";
import { type PostResult, post } from "./api.js";
import { DocumentPreview } from "./document-preview.js";
import { DraftKeeper } from "./draft-keeper.js";
import { showGoals } from "./goals.js";
import { GrammarBox } from "./grammar-box.js";
import type { GrammarCheck } from "./grammar-check.js";
import type { Draft, KeptText, KeptTexts } from "./kept-texts.js";
import { createLayout, type Layout } from "./layout.js";
import { PostPreview } from "./post-preview.js";
import { ReplyBox } from "./reply-box.js";
import { Sharing } from "./sharing.js";
import { Shelf } from "./shelf.js";
import type { WaitingShareStore } from "./waiting-share.js";
import { WordingRequests } from "./wording.js";
import { type Where, WordsInserter } from "./words-inserter.js";

export interface ComposerOptions {
  surface: Surface;
  /** Paths of the page's endpoints. */
  endpoints: Record<
    "assess" | "compare" | "share" | "ignore" | "turnOff" | "turnOn" | "withdraw" | "goals" | "wording",
    string
  >;
  wordingHelp: WordingHelp;
  csrf: string;
  organisation: string;
  /** The rep's own. */
  name: string;
  ignored: IgnoredTips;
  seen: SeenTips;
  drafts: KeptTexts;
  ideas: KeptTexts;
  waitingShare: WaitingShareStore;
  grammar: GrammarCheck;
}

/** A change so soon after a click on an answer is the answer: as long as after a key. */
const INSERT_MS = 1_000;

/** Surfaces on which a draft answers somebody's post. */
const REPLIES: readonly Surface[] = ["linkedin-comment", "x-reply"];

/** For responses whose content does not matter. */
const ignoreBody = (value: unknown): unknown => value;

export class Composer {
  readonly #layout: Layout;
  readonly #options: ComposerOptions;
  /** Ends the session and all of its listeners. */
  #sessionEnd = new AbortController();
  #assessing: AbortController | null = null;
  #session: Session;
  #surface: Surface;
  readonly #sharing: Sharing;
  readonly #wording: WordingRequests;
  readonly #keeper: DraftKeeper;
  readonly #inserter: WordsInserter;
  readonly #handlers: PageHandlers = {
    "add-word": ({ word }) => this.#options.grammar.change({ addWord: word }),
    share: () => this.#share(),
    withdraw: () => this.#sharing.withdraw(),
    "dismiss-prompt": () => this.#sharing.dismiss(),
    // In tabs of their own, so that the draft stays.
    "read-notice": () => window.open("/me/data#notice", "_blank", "noopener"),
    settings: () => window.open("/settings", "_blank", "noopener"),
    // This is the page for writing.
    write: () => undefined,
  };
  /** As of the last assessment of this draft, so that the next question is there while an answer is being assessed. */
  #advice: readonly Advice[] = [];

  constructor(container: HTMLElement, options: ComposerOptions) {
    this.#options = options;
    this.#wording = new WordingRequests(options.wordingHelp, (...request) => this.#post(...request));
    const draft = options.drafts.all()[0];
    this.#surface = draft?.surface ?? options.surface;
    this.#layout = createLayout(container, this.#surface);
    this.#keeper = new DraftKeeper(options.drafts, this.#layout.editor, this.#layout.draftNote);
    this.#inserter = new WordsInserter(this.#layout.editor);
    this.#sharing = new Sharing({
      post: (...request) => this.#post(...request),
      waiting: options.waitingShare,
      onChange: () => this.#show(),
      onLinkProblem: (problem) => this.#showLinkProblem(problem),
      onStored: (surface, text) => this.#stored(surface, text),
      onCounted: () => this.#showGoals(),
    });
    const { surfaces, link, copy, count } = this.#layout;
    surfaces.addEventListener("change", (event) => {
      const chosen = SURFACES.find((surface) => surface === (event.target as HTMLInputElement).value);
      if (chosen) this.#changeSurface(chosen);
    });
    link.addEventListener("input", () => this.#showLinkProblem(""));
    copy.addEventListener("click", () => this.#act({ do: "copy", text: this.#session.text }));
    count.addEventListener("click", () => this.#share());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#sharing.resume();
    });
    if (draft) this.#keeper.restore(draft);
    this.#session = this.#startSession();
    options.grammar.onChange = () => void this.#session.dispatch({ type: "access-changed", access: this.#access });
    this.#placeCaret();
    // At once, so that nothing moves under the rep's hand.
    this.#showShelf();
    this.#showGoals();
    for (const kept of [options.drafts, options.ideas]) kept.onChange(() => queueMicrotask(() => this.#showShelf()));
    this.#sharing.start();
  }

  #post<T>(
    endpoint: keyof ComposerOptions["endpoints"],
    body: object,
    read: (value: unknown, field: string) => T,
    options: { signal?: AbortSignal; idempotencyKey?: string } = {},
  ): Promise<PostResult<T>> {
    const { endpoints, csrf } = this.#options;
    return post(endpoints[endpoint], body, read, { csrf, ...options });
  }

  /** The page's session is that of a signed-in rep. */
  get #access(): Access {
    const { grammar, wordingHelp } = this.#options;
    return { isPaired: true, checksGrammar: grammar.settings.on, wordingHelp, rulesOff: grammar.settings.off };
  }

  #startSession(keptWording: string | null = null): Session {
    const { ignored, seen, grammar } = this.#options;
    const { signal } = this.#sessionEnd;
    const session: Session = new Session({
      editor: new Editor(this.#layout.editor),
      surface: this.#surface,
      access: this.#access,
      signal,
      underlines: true,
      canApply: true,
      isRestored: this.#keeper.isRestored,
      keptWording,
      client: {
        assess: (_editor, surface, text, readAnyway) => this.#assess(surface, text, readAnyway),
        compare: (_editor, surface, a, b) => this.#post("compare", { surface, a, b }, readComparison, { signal }),
        suggest: (_editor, job, onStep) => this.#wording.suggest(job, onStep),
        cancelSuggestion: () => this.#wording.cancel(),
        grammar: async (_draft, text, surface) => {
          const result = await grammar.check(text);
          if ("error" in result) return result;
          const off = rulesOffOn(grammar.settings.off, surface);
          const findings = result.ok.filter(({ rule }) => !off.includes(rule));
          return { ok: await ignored.markIgnored({ findings }, text) };
        },
        cancel: () => this.#assessing?.abort(),
        ignore: (tip) => {
          void ignored.add(tip);
          // The kinds of mistakes that a person makes stay on the device.
          if (!isGrammarRule(tip.rule)) void this.#post("ignore", { rule: tip.rule }, ignoreBody);
        },
        turnRule: (off, isOff) => this.#turnRule(off, isOff),
        restoreIgnored: (tips) => void ignored.remove(tips),
        posted: (rules) => void seen.posted(rules),
        restoreSeen: (rules) => void seen.forget(rules),
      },
      onChange: () => queueMicrotask(() => this.#show()),
      onOpenTip: (tip) => void session.dispatch({ type: "tip-selected", tip }),
    });
    return session;
  }

  #changeSurface(surface: Surface): void {
    const kept = this.#session.view().keptWording;
    this.#keeper.changeSurface(surface);
    this.#surface = surface;
    // A kept wording stays, but without its score, which was for the other surface.
    this.#restartSession(kept?.text);
  }

  #restartSession(keptWording: string | null = null): void {
    this.#sessionEnd.abort();
    this.#sessionEnd = new AbortController();
    this.#session = this.#startSession(keptWording);
  }

  /** Puts another draft into the editor: a kept one, or without one an empty one. */
  #openDraft(draft: KeptText | null): void {
    if (draft) this.#keeper.open(draft);
    else this.#keeper.start();
    this.#surface = draft?.surface ?? this.#surface;
    this.#layout.select(this.#surface);
    this.#advice = [];
    // The link was to the draft before.
    this.#layout.link.value = "";
    this.#showLinkProblem("");
    this.#restartSession();
    this.#sharing.leave();
    this.#show();
    this.#placeCaret();
  }

  /** Begins another draft with the rep's own words, unless that would take the place of something that is kept nowhere. */
  startWith(draft: Draft): void {
    const { drafts } = this.#options;
    const kept = { ...draft, id: crypto.randomUUID(), at: Date.now() };
    if (!this.#keeper.hasUnkept && !drafts.isFull && drafts.keep(kept)) this.#openDraft(kept);
  }

  /** Adds the rep's own words to the draft, on their click. */
  #insertWords(words: string, where: Where): void {
    void this.#session.dispatch({ type: "user-input", durationMs: INSERT_MS, now: performance.now() });
    this.#inserter.insert(words, where);
  }

  /** At the end of the draft. */
  #placeCaret(): void {
    const { editor } = this.#layout;
    editor.focus({ preventScroll: true });
    document.getSelection()?.selectAllChildren(editor);
    document.getSelection()?.collapseToEnd();
  }

  async #assess(surface: Surface, text: string, readAnyway: boolean): Promise<Result<MarkedAssessment>> {
    this.#assessing?.abort();
    this.#assessing = new AbortController();
    const { signal } = this.#assessing;
    const result = await this.#post("assess", { surface, text, read_anyway: readAnyway }, readAssessment, { signal });
    const { ignored, seen } = this.#options;
    return "ok" in result ? { ok: await seen.markSeen(await ignored.markIgnored(result.ok, text)) } : result;
  }

  #share(): void {
    void this.#sharing.share(this.#surface, this.#session.text, this.#layout.link.value.trim());
  }

  #stored(surface: Surface, text: string): void {
    const { drafts } = this.#options;
    if (cutProtected(this.#session.text) === text) {
      this.#keeper.posted();
      void this.#session.dispatch({ type: "posted", text: this.#session.text });
    }
    for (const draft of drafts.all()) {
      if (draft.surface === surface && cutProtected(draft.text) === text) drafts.delete(draft.id);
    }
  }

  /** Shows a problem with the link at its field; an empty `problem` clears it. */
  #showLinkProblem(problem: string): void {
    const { link, linkProblem } = this.#layout;
    linkProblem.textContent = problem;
    link.setAttribute("aria-invalid", String(problem !== ""));
    if (problem !== "") link.focus();
  }

  async #turnRule(off: RuleOff, isOff: boolean): Promise<boolean> {
    const entry = toEntry(off);
    if (isGrammarRule(off.rule)) {
      this.#options.grammar.change(isOff ? { ruleOff: entry } : { ruleOn: entry });
      return true;
    }
    const result = await this.#post(isOff ? "turnOff" : "turnOn", { entry }, ignoreBody);
    if ("ok" in result) await this.#options.seen.forget([off.rule]).catch(() => null);
    return "ok" in result;
  }

  #act(action: Action): void {
    void dispatch(action, this.#session, this.#handlers);
  }

  #show(): void {
    const { count, cardBox, barBox } = this.#layout;
    const { prompt } = this.#sharing;
    const view = { ...this.#session.view(), prompt };
    this.#keeper.changed({ surface: this.#surface, text: view.text });
    const isCounted = this.#sharing.isCounted(this.#surface, view.text);
    count.textContent = getMessage(isCounted ? "write_counted" : "write_count");
    count.disabled = isCounted || view.text.trim() === "" || view.status === "protected" || prompt?.state === "sending";
    const theme = document.documentElement.dataset["theme"];
    if (theme) for (const box of [cardBox, barBox]) box.dataset["theme"] = theme;
    render(<Card view={view} act={(action) => this.#act(action)} organisation={this.#options.organisation} />, cardBox);
    render(<Bar view={view} open={() => this.#scrollToCard()} />, barBox);
    this.#showShelf();
    this.#showBoxes(view);
  }

  #showBoxes(view: DraftView): void {
    const { isCurrent, status, text, advice, surface } = view;
    const { answer, reply, grammar, preview } = this.#layout;
    const isUnread = text.trim() === "" || status === "protected";
    if (isCurrent || isUnread) this.#advice = isUnread ? [] : advice.map((shown) => shown.advice);
    // A draft of its own has questions and a post of its own.
    const draft = this.#keeper.id;
    const insert = (words: string, where: Where): void => this.#insertWords(words, where);
    render(<AnswerBox key={draft} advice={this.#advice} insert={insert} />, answer);
    render(REPLIES.includes(surface) ? <ReplyBox key={draft} reply={text} /> : null, reply);
    const { name } = this.#options;
    render(
      <>
        <PostPreview view={view} person={name} />
        {surface === "linkedin-post" && !isUnread && <DocumentPreview key={draft} text={text} person={name} />}
      </>,
      preview,
    );
    const { settings, hasFailed } = this.#options.grammar;
    render(
      <GrammarBox settings={settings} hasFailed={hasFailed} change={(change) => this.#options.grammar.change(change)} />,
      grammar,
    );
  }

  #showShelf(): void {
    const { drafts, ideas } = this.#options;
    const desk = {
      current: this.#keeper.id,
      surface: this.#surface,
      hasUnkept: this.#keeper.hasUnkept,
      open: (draft: KeptText) => this.#openDraft(draft),
      start: () => this.#openDraft(null),
    };
    render(<Shelf drafts={drafts} ideas={ideas} desk={desk} />, this.#layout.shelf);
  }

  #showGoals(): void {
    void showGoals(this.#layout.goals, this.#options.endpoints.goals);
  }

  /** On a narrow page the card is below the editor. */
  #scrollToCard(): void {
    const { side } = this.#layout;
    side.focus({ preventScroll: true });
    side.scrollIntoView({ block: "start" });
  }
}
