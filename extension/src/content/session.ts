/** One draft in its editor: tells the state machine in `draft/` what happens there, and has its effects carried out. */
import { reduce } from "../draft/reducer.js";
import { type Access, createDraft, type DraftState, underlinesOf } from "../draft/state.js";
import type { DraftEvent, Effect } from "../draft/transition.js";
import { viewOf } from "../draft/view.js";
import type { Span } from "../shared/span.js";
import type { DraftView } from "../shared/view.js";
import type { Surface } from "../shared/wire.js";
import type { AssessmentClient } from "./assessment-client.js";
import type { Editor, Snapshot } from "./editors/editor.js";
import { listenToEditor } from "./editors/events.js";
import { createEffects } from "./effects.js";
import { Marks } from "./paint/highlights.js";

export interface SessionOptions {
  editor: Editor;
  surface: Surface;
  client: AssessmentClient;
  access: Access;
  signal: AbortSignal;
  underlines: boolean;
  canApply: boolean;
  /** The text at the start is the rep's, although no click or key press has shown that: our own page has restored it. */
  isRestored?: boolean;
  /** A wording that the rep kept for a comparison before they chose this surface. */
  keptWording?: string | null;
  /** The view has changed. */
  onChange: () => void;
  /** The rep clicked words that this tip is about. */
  onOpenTip: (tip: string) => void;
}

export class Session {
  readonly id = crypto.randomUUID();
  readonly editor: Editor;
  readonly surface: Surface;
  readonly #options: SessionOptions;
  readonly #highlights: Marks;
  readonly #carryOut: (effect: Effect) => unknown;
  #snapshot: Snapshot;
  #state: DraftState;

  constructor(options: SessionOptions) {
    const { editor, surface, client, access, signal, underlines, onChange } = options;
    this.#options = options;
    this.editor = editor;
    this.surface = surface;
    this.#highlights = new Marks(editor.element, signal);
    this.#snapshot = editor.read();
    this.#state = createDraft({
      text: this.#snapshot.text,
      surface,
      access,
      isUserText: options.isRestored === true || navigator.userActivation.hasBeenActive,
      keptWording: options.keptWording ?? null,
    });
    this.#carryOut = createEffects({
      draft: this.id,
      surface,
      editor,
      client,
      highlights: this.#highlights,
      underlines,
      onChange,
      snapshot: () => this.#snapshot,
      underlined: () => underlinesOf(this.#state),
      message: () => this.#state.message,
      dispatch: (event) => this.dispatch(event),
    });
    this.#listen();
    void this.dispatch({ type: "started", caret: this.#readCaret() });
  }

  get text(): string {
    return this.#state.text;
  }

  view(): DraftView {
    const { underlines, canApply } = this.#options;
    const isUnderlined = underlines && this.#snapshot.tree !== null;
    return viewOf(this.#state, { draft: this.id, isUnderlined, canApply, needsFocus: this.editor.needsFocus });
  }

  /** Resolves once the rep can be shown the outcome, if the event is a choice of theirs that takes time. */
  async dispatch(event: DraftEvent): Promise<void> {
    const { state, effects } = reduce(this.#state, event);
    this.#state = state;
    await Promise.all(effects.map(this.#carryOut));
  }

  /** Returns the focus to the editor, with the caret where the rep left it. */
  async restoreFocus(): Promise<void> {
    await this.editor.restoreFocus(this.#state.typing.lastCaret);
  }

  #listen(): void {
    const { signal, onOpenTip } = this.#options;
    listenToEditor(
      this.editor,
      {
        onChange: () => this.#readEditor(),
        onUserInput: (durationMs) => void this.dispatch({ type: "user-input", durationMs, now: performance.now() }),
        onCompositionStart: () => void this.dispatch({ type: "composition-started" }),
        onCompositionEnd: () => {
          void this.dispatch({ type: "composition-ended" });
          this.#readEditor();
        },
        onClick: ({ clientX, clientY }) => {
          // Clicking the same words again leads to the next tip on them.
          const tips = this.#highlights.tipsAt(clientX, clientY);
          const tip = tips[(tips.indexOf(this.#state.selected ?? "") + 1) % tips.length];
          if (tip) onOpenTip(tip);
        },
        onSelectionChange: () => void this.dispatch({ type: "caret-moved", caret: this.#readCaret() }),
      },
      signal,
    );
    signal.addEventListener("abort", () => void this.dispatch({ type: "ended" }));
  }

  #readEditor(): void {
    this.#snapshot = this.editor.read();
    const { text } = this.#snapshot;
    const now = performance.now();
    if (text !== this.text) this.editor.lastChangedAt = now;
    void this.dispatch({ type: "editor-read", text, caret: this.#readCaret(), now });
  }

  #readCaret(): Span | null {
    return this.editor.isFocused ? this.editor.selection(this.#snapshot) : null;
  }
}
