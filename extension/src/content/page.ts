/** Everything that the extension does in one page. It exists only while the rep's settings allow it, and leaves nothing behind. */
import { FRAME_ATTACHED, request, type ShareState, type SiteState } from "../shared/protocol.js";
import type { Action, DraftView } from "../shared/view.js";
import { type Attachment, attach } from "./attach.js";
import { dispatch, type PageHandlers } from "./dispatch.js";
import { deepActiveElement, innermostTarget, listenInPage } from "./page-events.js";
import { AfterFrame } from "./paint/after-frame.js";
import { Panels } from "./panels.js";
import { PausedNotice } from "./paused-notice.js";
import type { Posted } from "./posted.js";
import { Presenter } from "./presenter.js";
import type { Session } from "./session.js";
import { ShareQuestion } from "./share-question.js";
import { type Composer, findComposer, type Site } from "./sites/site.js";
import { setTradeWords } from "./text/protected.js";
import { accessIn, workerClient } from "./worker-client.js";

/** How long the outcome of a share, and the notice after an update, stay on screen. */
const OUTCOME_MS = 12_000;

export class Page {
  readonly #lifetime = new AbortController();
  /** By editor. */
  readonly #attached = new Map<HTMLElement, Attachment>();
  readonly #paused = new PausedNotice(this.#lifetime.signal, () => this.#show());
  readonly #presenter = new Presenter(
    {
      act: (action) => void this.act(action),
      toggle: () => this.#toggle({ open: !this.#isOpen, tip: null, focus: false }),
      close: () => this.#close(),
    },
    () => this.#active?.composer ?? this.#paused.composer,
  );
  /** Deferred, so that no key press waits for rendering. */
  readonly #showSoon = new AfterFrame(() => this.#show());
  readonly #question = new ShareQuestion({
    signal: this.#lifetime.signal,
    outcomeMs: OUTCOME_MS,
    cardHasFocus: () => this.#presenter.cardHasFocus,
    onChange: () => this.#show(),
    onDismiss: () => {
      this.#isOpen = false;
      this.#show();
    },
  });
  readonly #handlers: PageHandlers = {
    "turn-off": ({ rule }) => request("choose", { ruleOff: rule }),
    "add-word": ({ word }) => request("add-word", { word }),
    share: ({ choice, link }) => this.#question.answer(choice, link),
    withdraw: () => this.#question.withdraw(),
    "dismiss-prompt": () => this.#question.dismiss(),
    "read-notice": () => request("open-notice", {}),
    write: () => request("open-write", {}),
    settings: () => request("open-options", {}),
  };
  #active: Attachment | null = null;
  #isOpen = false;
  readonly #panels: Panels;
  /** A single function, so that adding it to the same tree again has no effect. */
  readonly #onFocus = (event: Event): void => {
    const target = innermostTarget(event);
    if (target) this.#enter(target);
  };

  constructor(
    readonly site: Site,
    public state: SiteState,
    panelPorts: ReadonlySet<chrome.runtime.Port>,
  ) {
    this.#panels = new Panels(panelPorts);
    setTradeWords(state.tradeWords);
    const { signal } = this.#lifetime;
    this.#listen(document);
    listenInPage(
      {
        // The editor may have become visible only after it got the focus, and an unreadable one is reported once it is used.
        onInput: (target) => {
          if (!this.#attachedAround(target)) this.#enter(target, { isInput: true });
        },
        onNavigate: () => this.#handleNavigation(),
        onEscape: () => this.#closeByEscape(),
        onShortcut: (command) => this.command(command),
        onResize: this.#presenter.updatePosition,
        // The panel's port connects every frame of the tab, so it stays open when one of them is unloaded.
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
    this.#lifetime.abort();
    for (const { lifetime } of this.#attached.values()) lifetime.abort();
    this.#attached.clear();
    this.#presenter.cancelUpdate();
    this.#showSoon.cancel();
    this.#active = null;
    this.#question.end();
    this.#panels.update(null);
    this.#presenter.setBadge(null);
  }

  /** The extension was updated while this page was open. Shows that once, then stops everything here. */
  #endAfterUpdate(): void {
    if (this.#lifetime.signal.aborted) return;
    this.#show();
    this.#stop();
    if (this.#presenter.hasCard) setTimeout(() => this.#presenter.removeCard(), OUTCOME_MS);
  }

  /** Applies a change of the account or the rep's settings. */
  update(state: SiteState): void {
    const before = this.state;
    this.state = state;
    if (JSON.stringify(before.disabled) !== JSON.stringify(state.disabled)) this.#handleDisabledChange();
    setTradeWords(state.tradeWords);
    const scoring = ({ paired, rulesOff, grammar, tradeWords }: SiteState): string =>
      JSON.stringify([paired, rulesOff, grammar, tradeWords]);
    if (scoring(before) !== scoring(state)) {
      const access = accessIn(state);
      for (const { session } of this.#attached.values()) void session.dispatch({ type: "access-changed", access });
    }
    this.#show();
  }

  /** What is paused where the rep is writing, for the popup; empty if nothing is. */
  get pausedMessage(): string {
    return this.#paused.message;
  }

  /** For a panel that has closed, or shows another draft: it cannot tell that the pointer is no longer over advice. */
  clearEmphasis(): void {
    const action = { do: "emphasize", advice: null } as const;
    for (const { session } of this.#attached.values()) void session.dispatch({ type: "chosen", action });
  }

  /** Sends the current draft to a panel that has just opened. */
  sendViewTo(port: chrome.runtime.Port): void {
    this.#panels.sendViewTo(port, this.#view());
  }

  #attachedAround(target: Element): Attachment | undefined {
    return [...this.#attached.values()].find(({ composer }) => composer.editor.contains(target));
  }

  /** Focus and scroll events inside a shadow root do not reach the document. */
  #listen(root: Node): void {
    const { signal } = this.#lifetime;
    root.addEventListener("focusin", this.#onFocus, { signal, capture: true });
    root.addEventListener("scroll", this.#presenter.updatePosition, { signal, capture: true, passive: true });
    if (root instanceof ShadowRoot) this.#listen(root.host.getRootNode());
  }

  /** The rep focused `target`, or typed in it. */
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
    const unreadable = isInput ? (composer ?? this.site.findUnreadable(target)) : null;
    if (!unreadable) return;
    this.#active = null;
    this.#paused.show(unreadable, disabled?.message ?? "");
  }

  #disabledEntry({ adapter, layout }: Composer): SiteState["disabled"][number] | undefined {
    return this.state.disabled.find((entry) => entry.adapter === adapter && (entry.layout === layout || entry.layout === "*"));
  }

  /** Whether the editor still is the same composer as when it was attached. */
  #isStillAttached({ composer }: Attachment): boolean {
    const current = findComposer(this.site, composer.editor);
    const isSame =
      current?.editor === composer.editor && current.layout === composer.layout && current.surface === composer.surface;
    return isSame && !this.#disabledEntry(current);
  }

  /** The site navigated within the page, after which the same editor may be another composer or none. */
  #handleNavigation(): void {
    for (const attached of this.#attached.values()) if (!this.#isStillAttached(attached)) this.#detach(attached);
    this.#paused.clear();
    const active = deepActiveElement();
    if (active) this.#enter(active);
  }

  /** The list of disabled adapters has changed: composers on it are detached at once, and others may be attached again. */
  #handleDisabledChange(): void {
    const isInput = this.#active !== null && this.#disabledEntry(this.#active.composer) !== undefined;
    for (const attached of this.#attached.values()) if (this.#disabledEntry(attached.composer)) this.#detach(attached);
    const active = deepActiveElement();
    if (active) this.#enter(active, { isInput });
  }

  #attach(composer: Composer): Attachment {
    const attached = attach(composer, {
      client: workerClient(() => this.#endAfterUpdate()),
      access: accessIn(this.state),
      underlines: this.state.underlines,
      publishedLink: this.site.publishedLink,
      pageSignal: this.#lifetime.signal,
      onChange: (editor) => {
        if (this.#active?.session.editor === editor) this.#showSoon.schedule();
      },
      onOpenTip: (tip) => this.#toggle({ open: true, tip, focus: false }),
      onMove: this.#presenter.updatePosition,
      onRemoved: (removed) => this.#detach(removed),
      onPosted: (session, text) => this.#askAboutShare(session, text),
    });
    this.#attached.set(composer.editor, attached);
    if (this.#panels.isEmpty) chrome.runtime.sendMessage(FRAME_ATTACHED).catch(() => null);
    return attached;
  }

  #detach(attached: Attachment): void {
    attached.lifetime.abort();
    this.#attached.delete(attached.composer.editor);
    if (this.#active !== attached) return;
    this.#active = null;
    if (!this.#question.isOpen) this.#isOpen = false;
    this.#show();
  }

  #activate(attached: Attachment): void {
    this.#panels.markEntered();
    this.#paused.clear();
    if (this.#active === attached) this.#panels.update(this.#view());
    else {
      this.clearEmphasis();
      this.#active = attached;
      this.#show();
    }
  }

  #view(): DraftView | null {
    return this.#question.view ?? this.#active?.session.view() ?? this.#paused.view;
  }

  #show(): void {
    if (this.#lifetime.signal.aborted) return;
    // This covers the scheduled rendering too.
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
    void this.#active?.session.dispatch({ type: "tip-selected", tip });
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

  /** Closes the card before Escape reaches the site's dialog. Returns whether there was a card to close. */
  #closeByEscape(): boolean {
    if (!this.#isOpen || !this.#presenter.hasCard || this.#presenter.cardHasFocus) return false;
    this.#close();
    return true;
  }

  /** A share that had to wait has been sent. */
  updateShare(key: string, outcome: ShareState): void {
    this.#question.updateOutcome(key, outcome);
  }

  command(command: "open-card" | "apply-tip"): void {
    if (command === "open-card" && (this.#active || this.#paused.composer)) {
      this.#toggle({ open: !this.#isOpen, tip: null, focus: true });
      return;
    }
    if (!this.#active) return;
    const { tips, selected, canApply } = this.#active.session.view();
    const next = tips.find(({ finding, seen }) => !seen && finding.replacements.length > 0);
    const tip = tips.find(({ id }) => id === selected) ?? next;
    const replacement = tip?.finding.replacements[0];
    if (tip && replacement !== undefined && canApply) void this.act({ do: "apply", tip: tip.id, replacement });
  }

  async act(action: Action): Promise<void> {
    await dispatch(action, this.#active?.session, this.#handlers);
    // Shown at once, as the rep is waiting for it.
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
