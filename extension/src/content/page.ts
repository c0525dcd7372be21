/** All of ours in one page. It lives while the rep's choices allow it; ending it leaves nothing behind. */
import { type ClientState, FRAME_ATTACHED } from "../shared/protocol.js";
import type { Action, DraftView } from "../shared/view.js";
import { perform } from "./actions.js";
import { type Attached, attach } from "./attach.js";
import { deepActiveElement, innermostTarget, listenInPage } from "./page-events.js";
import { AfterFrame } from "./paint/after-frame.js";
import { Panels } from "./panels.js";
import { PausedNotice } from "./paused-notice.js";
import type { Posted } from "./posted.js";
import { Presenter } from "./presenter.js";
import type { Session } from "./session.js";
import { ShareQuestion } from "./share-question.js";
import { type Composer, findComposer, type Site } from "./sites/site.js";
import { workerClient } from "./worker-client.js";

/** How long the outcome of a share, and the notice after an update, stay on screen. */
const OUTCOME_MS = 12_000;

export class Page {
  readonly #life = new AbortController();
  /** By editor. */
  readonly #attached = new Map<HTMLElement, Attached>();
  readonly #paused = new PausedNotice(this.#life.signal, () => this.#show());
  readonly #presenter = new Presenter(
    {
      act: (action) => void this.act(action),
      toggle: () => this.#toggle({ open: !this.#isOpen, tip: null, focus: false }),
      close: () => this.#close(),
    },
    () => this.#active?.composer ?? this.#paused.place,
  );
  /** A key press never waits for what is shown of a draft. */
  readonly #showSoon = new AfterFrame(() => this.#show());
  readonly #question = new ShareQuestion({
    signal: this.#life.signal,
    outcomeMs: OUTCOME_MS,
    cardHasFocus: () => this.#presenter.cardHasFocus,
    onChange: () => this.#show(),
    onDismiss: () => {
      this.#isOpen = false;
      this.#show();
    },
  });
  #active: Attached | null = null;
  #isOpen = false;
  readonly #panels: Panels;
  /** One function, so that it is added to a tree once however often it is asked for. */
  readonly #onFocus = (event: Event): void => {
    const target = innermostTarget(event);
    if (target) this.#enter(target);
  };

  constructor(
    readonly site: Site,
    public state: ClientState,
    ports: ReadonlySet<chrome.runtime.Port>,
  ) {
    this.#panels = new Panels(ports);
    const { signal } = this.#life;
    this.#listen(document);
    listenInPage(
      {
        // The editor may have become visible since it got the focus; and one that no adapter reads is reported once it is used.
        onInput: (target) => {
          if (!this.#attachedAround(target)) this.#enter(target, { isInput: true });
        },
        onNavigate: () => this.#navigated(),
        onEscape: () => this.#closeByEscape(),
        onShortcut: (command) => this.command(command),
        onResize: this.#presenter.place,
        // The panel's port leads to every frame of the tab, so it is not closed when one of them goes.
        onHide: () => this.#panels.update(null),
      },
      signal,
    );
    const active = deepActiveElement();
    if (active) this.#enter(active);
  }

  end(): void {
    this.#presenter.removeCard();
    this.#stop();
  }

  #stop(): void {
    this.#life.abort();
    for (const { life } of this.#attached.values()) life.abort();
    this.#attached.clear();
    this.#presenter.stopPlacing();
    this.#showSoon.cancel();
    this.#active = null;
    this.#question.end();
    this.#panels.update(null);
    this.#presenter.setBadge(null);
  }

  /** The extension was updated under this page: nothing here reads or listens any more. Says so once and ends. */
  #endAfterUpdate(): void {
    if (this.#life.signal.aborted) return;
    this.#show();
    this.#stop();
    if (this.#presenter.hasCard) setTimeout(() => this.#presenter.removeCard(), OUTCOME_MS);
  }

  /** Takes over a change of the account or the rep's choices. */
  update(state: ClientState): void {
    const before = this.state;
    this.state = state;
    if (JSON.stringify(before.disabled) !== JSON.stringify(state.disabled)) this.#disabledChanged();
    const scoring = ({ paired, rulesOff, grammar }: ClientState): string => JSON.stringify([paired, rulesOff, grammar]);
    if (scoring(before) !== scoring(state)) for (const { session } of this.#attached.values()) session.reassess();
    this.#show();
  }

  /** What is paused where the rep writes, for the popup; empty where nothing is. */
  get pausedMessage(): string {
    return this.#paused.message;
  }

  /** Tells a panel that has just opened of the present draft. */
  greet(port: chrome.runtime.Port): void {
    this.#panels.greet(port, this.#view());
  }

  #attachedAround(target: Element): Attached | undefined {
    return [...this.#attached.values()].find(({ composer }) => composer.editor.contains(target));
  }

  /** Focus changes and scrolling inside a shadow root do not reach the document. */
  #listen(root: Node): void {
    const { signal } = this.#life;
    root.addEventListener("focusin", this.#onFocus, { signal, capture: true });
    root.addEventListener("scroll", this.#presenter.place, { signal, capture: true, passive: true });
    if (root instanceof ShadowRoot) this.#listen(root.host.getRootNode());
  }

  /** The rep came to `target`, or typed in it. */
  #enter(target: Element, { isInput = false } = {}): void {
    this.#listen(target.getRootNode());
    const attached = this.#attachedAround(target);
    if (attached && this.#isStillAttached(attached)) {
      this.#activate(attached);
      return;
    }
    if (attached) this.#detach(attached);
    const composer = findComposer(this.site, target);
    const disabled = composer && this.#disabledEntry(composer);
    if (composer && !disabled) {
      this.#activate(this.#attach(composer));
      return;
    }
    const place = isInput ? (composer ?? this.site.findUnreadable(target)) : null;
    if (!place) return;
    this.#active = null;
    this.#paused.show(place, disabled?.message ?? "");
  }

  #disabledEntry({ adapter, layout }: Composer): ClientState["disabled"][number] | undefined {
    return this.state.disabled.find((entry) => entry.adapter === adapter && (entry.layout === layout || entry.layout === "*"));
  }

  /** Whether the editor still is the composer that it was when it was found. */
  #isStillAttached({ composer }: Attached): boolean {
    const now = findComposer(this.site, composer.editor);
    const isSame = now?.editor === composer.editor && now.layout === composer.layout && now.surface === composer.surface;
    return isSame && !this.#disabledEntry(now);
  }

  /** The site changed the address within the page, where the same editor may be another composer or none. */
  #navigated(): void {
    for (const attached of this.#attached.values()) if (!this.#isStillAttached(attached)) this.#detach(attached);
    this.#paused.clear();
    const active = deepActiveElement();
    if (active) this.#enter(active);
  }

  /** The list of disabled adapters has changed: composers on it are detached at once, others are attached again. */
  #disabledChanged(): void {
    const isInput = this.#active !== null && this.#disabledEntry(this.#active.composer) !== undefined;
    for (const attached of this.#attached.values()) if (this.#disabledEntry(attached.composer)) this.#detach(attached);
    const active = deepActiveElement();
    if (active) this.#enter(active, { isInput });
  }

  #attach(composer: Composer): Attached {
    const attached = attach(composer, {
      client: workerClient(
        () => this.state,
        () => this.#endAfterUpdate(),
      ),
      underlines: this.state.underlines,
      publishedLink: this.site.publishedLink,
      pageSignal: this.#life.signal,
      onChange: (editor) => {
        if (this.#active?.session.editor === editor) this.#showSoon.schedule();
      },
      onOpenTip: (tip) => this.#toggle({ open: true, tip, focus: false }),
      onMove: this.#presenter.place,
      onRemoved: (removed) => this.#detach(removed),
      onPosted: (session, text) => this.#askAboutShare(session, text),
    });
    this.#attached.set(composer.editor, attached);
    if (this.#panels.isEmpty) chrome.runtime.sendMessage(FRAME_ATTACHED).catch(() => null);
    return attached;
  }

  #detach(attached: Attached): void {
    attached.life.abort();
    this.#attached.delete(attached.composer.editor);
    if (this.#active !== attached) return;
    this.#active = null;
    if (!this.#question.isOpen) this.#isOpen = false;
    this.#show();
  }

  #activate(attached: Attached): void {
    this.#panels.markEntered();
    this.#paused.clear();
    if (this.#active === attached) this.#panels.update(this.#view());
    else {
      this.#active = attached;
      this.#show();
    }
  }

  #view(): DraftView | null {
    return this.#question.view ?? this.#active?.session.view() ?? this.#paused.view;
  }

  #show(): void {
    if (this.#life.signal.aborted) return;
    // This shows what is scheduled, too.
    this.#showSoon.cancel();
    const view = this.#view();
    this.#panels.update(view);
    if (this.state.mode === "quiet") {
      this.#presenter.setBadge(view);
      return;
    }
    const isDismissed = view?.status === "site-changed" && !this.#isOpen && !this.#paused.isUnseen;
    if (!view || isDismissed) this.#presenter.hideCard();
    else this.#presenter.showCard(view, { open: this.#isOpen, organisation: this.state.organisation ?? "" });
  }

  #toggle({ open, tip, focus }: { open: boolean; tip: string | null; focus: boolean }): void {
    this.#isOpen = open;
    this.#active?.session.select(tip);
    this.#show();
    if (focus) this.#presenter.focusCard();
  }

  #close(): void {
    const hadFocus = this.#presenter.cardHasFocus;
    this.#isOpen = false;
    this.#paused.dismiss();
    this.#question.cardClosed();
    this.#show();
    if (hadFocus) void this.#active?.session.restoreFocus();
  }

  /** Closes the card before Escape reaches the site's dialog. Whether there was a card to close. */
  #closeByEscape(): boolean {
    if (!this.#isOpen || !this.#presenter.hasCard || this.#presenter.cardHasFocus) return false;
    this.#close();
    return true;
  }

  command(command: "open-card" | "apply-tip"): void {
    if (command === "open-card" && (this.#active || this.#paused.place)) {
      this.#toggle({ open: !this.#isOpen, tip: null, focus: true });
      return;
    }
    if (!this.#active) return;
    const { tips, selected, canApply } = this.#active.session.view();
    const tip = tips.find(({ id }) => id === selected) ?? tips.find(({ finding }) => finding.replacements.length > 0);
    const replacement = tip?.finding.replacements[0];
    if (tip && replacement !== undefined && canApply) void this.act({ do: "apply", tip: tip.id, replacement });
  }

  async act(action: Action): Promise<void> {
    await perform(action, {
      session: this.#active?.session,
      question: this.#question,
    });
    // The rep sees the effect at once.
    this.#show();
  }

  /** Acts for the panel, if it still shows this frame's draft. */
  actFor(draft: string, action: Action): void {
    if (this.#view()?.draft === draft) void this.act(action);
  }

  #askAboutShare(session: Session, text: string): Posted | null {
    const posted = this.#question.open(session, text, this.state);
    if (!posted) return null;
    this.#isOpen = true;
    if (this.state.shareChoice === "always") void posted.choose("this", null);
    this.#show();
    return posted;
  }
}
