/** Everything that the extension does in one page. It exists only while the rep's settings allow it, and leaves nothing behind. */
import { accessIn } from "../draft/state.js";
import { askAbout, isShareable, questionView } from "../page/question.js";
import { type PageEvent, type PageState, reducePage } from "../page/reducer.js";
import { FRAME_ATTACHED, request, type ShareState, type SiteState } from "../shared/protocol.js";
import type { Action, DraftView } from "../shared/view.js";
import type { Surface } from "../shared/wire.js";
import { Composers, type PageAttachOptions } from "./composers.js";
import { dispatch, type PageHandlers } from "./dispatch.js";
import { createPageEffects, OUTCOME_MS } from "./page-effects.js";
import { listenInPage } from "./page-events.js";
import { AfterFrame } from "./paint/after-frame.js";
import { Panels } from "./panels.js";
import { PausedNotice } from "./paused-notice.js";
import { Presenter } from "./presenter.js";
import type { Session } from "./session.js";
import type { Site } from "./sites/site.js";
import { setTradeWords } from "./text/protected.js";
import { workerClient } from "./worker-client.js";

export class Page {
  readonly #lifetime = new AbortController();
  readonly #paused = new PausedNotice(this.#lifetime.signal, () => this.#show());
  readonly #presenter = new Presenter(
    {
      act: (action) => void this.act(action),
      toggle: () => this.#toggle(!this.#state.isOpen),
      close: () => this.#close(),
    },
    () => this.#composers.find(this.#state.active)?.composer ?? this.#paused.composer,
  );
  /** Deferred, so that no key press waits for rendering. */
  readonly #showSoon = new AfterFrame(() => this.#show());
  readonly #panels: Panels;
  readonly #composers: Composers;
  readonly #handlers: PageHandlers = {
    "add-word": ({ word }) => request("add-word", { word }),
    share: ({ choice, link }) => this.#dispatch({ type: "answered", choice, link }),
    withdraw: () => this.#dispatch({ type: "withdraw" }),
    "dismiss-prompt": () => this.#dispatch({ type: "dismissed" }),
    "read-notice": () => request("open-notice", {}),
    write: () => request("open-write", {}),
    settings: () => request("open-options", {}),
  };
  readonly #carryOut = createPageEffects({
    composers: () => this.#composers,
    show: () => this.#show(),
    updatePanels: () => this.#panels.update(this.#view()),
    cardHasFocus: () => this.#presenter.cardHasFocus,
    signal: this.#lifetime.signal,
    dispatch: (event) => this.#dispatch(event),
  });
  #state: PageState;

  constructor(site: Site, state: SiteState, panelPorts: ReadonlySet<chrome.runtime.Port>) {
    this.#state = { site: state, active: null, isOpen: false, question: null };
    this.#panels = new Panels(panelPorts);
    setTradeWords(state.tradeWords);
    const { signal } = this.#lifetime;
    this.#composers = new Composers({
      site,
      signal,
      disabled: () => this.state.disabled,
      attachOptions: () => this.#attachOptions(),
      onMove: this.#presenter.updatePosition,
      onAttach: () => {
        if (this.#panels.isEmpty) chrome.runtime.sendMessage(FRAME_ATTACHED).catch(() => null);
      },
      onEnter: ({ id }) => {
        this.#panels.markEntered();
        this.#paused.clear();
        void this.#dispatch({ type: "entered", draft: id });
      },
      onEnterUnreadable: (composer, message) => {
        void this.#dispatch({ type: "entered-unreadable" });
        this.#paused.show(composer, message);
      },
      onLeave: ({ id }) => void this.#dispatch({ type: "left", draft: id }),
    });
    listenInPage(
      {
        onInput: (target) => this.#composers.onInput(target),
        onNavigate: () => {
          this.#composers.detachChanged();
          this.#paused.clear();
          this.#composers.enterActive();
        },
        onEscape: () => this.#closeByEscape(),
        onShortcut: (command) => this.command(command),
        onResize: this.#presenter.updatePosition,
        // The panel's port connects every frame of the tab, so it stays open when one of them is unloaded.
        onHide: () => this.#panels.update(null),
      },
      signal,
    );
    this.#composers.enterActive();
  }

  /** The account and the rep's settings. */
  get state(): SiteState {
    return this.#state.site;
  }

  /** What is paused where the rep is writing, for the popup; empty if nothing is. */
  get pausedMessage(): string {
    return this.#paused.message;
  }

  end(): void {
    this.#presenter.removeCard();
    this.#stop();
  }

  /** Applies a change of the account or the rep's settings. */
  update(site: SiteState): void {
    void this.#dispatch({ type: "site-changed", site });
  }

  /** A share that had to wait has been sent. */
  updateShare(key: string, outcome: ShareState): void {
    void this.#dispatch({ type: "outcome-changed", key, outcome });
  }

  /** For a panel that has closed, or shows another draft: it cannot tell that the pointer is no longer over its list. */
  leaveCard(): void {
    this.#composers.leaveCard();
  }

  /** Sends the current draft to a panel that has just opened. */
  sendViewTo(port: chrome.runtime.Port): void {
    this.#panels.sendViewTo(port, this.#view());
  }

  command(command: "open-card" | "apply-tip"): void {
    if (command === "open-card" && (this.#session || this.#paused.composer)) {
      this.#toggle(!this.#state.isOpen);
      this.#presenter.focusCard();
      return;
    }
    if (!this.#session) return;
    const { tips, selected, canApply } = this.#session.view();
    const next = tips.find(({ finding, seen, gone }) => !seen && gone === null && finding.replacements.length > 0);
    const tip = tips.find(({ id }) => id === selected) ?? next;
    const replacement = tip?.finding.replacements[0];
    if (tip && replacement !== undefined && canApply) void this.act({ do: "apply", tip: tip.id, replacement });
  }

  async act(action: Action): Promise<void> {
    await dispatch(action, this.#session, this.#handlers);
    // Shown at once, as the rep is waiting for it.
    this.#show();
  }

  /** Acts for the panel, if it still shows this frame's draft. */
  actFor(draft: string, action: Action): void {
    if (this.#view()?.draft === draft) void this.act(action);
  }

  /** Of the draft that the rep is in. */
  get #session(): Session | undefined {
    return this.#composers.find(this.#state.active)?.session;
  }

  async #dispatch(event: PageEvent): Promise<void> {
    const { state, effects } = reducePage(this.#state, event);
    this.#state = state;
    await Promise.all(effects.map(this.#carryOut));
  }

  #attachOptions(): PageAttachOptions {
    return {
      client: workerClient(() => this.#endAfterUpdate()),
      access: accessIn(this.state),
      underlines: this.state.underlines,
      onChange: (editor) => {
        if (this.#session?.editor === editor) this.#showSoon.schedule();
      },
      onOpenTip: (tip) => void this.#dispatch({ type: "toggled", isOpen: true, tip }),
      onPosted: (session, text, surface) => this.#askAboutShare(session, text, surface),
      onLink: (key, link) => void this.#dispatch({ type: "link-found", key, link }),
    };
  }

  #view(): DraftView | null {
    const { question } = this.#state;
    return question ? questionView(question) : (this.#session?.view() ?? this.#paused.view);
  }

  #show(): void {
    if (this.#lifetime.signal.aborted) return;
    // This covers the scheduled rendering too.
    this.#showSoon.cancel();
    const { isOpen, site } = this.#state;
    const view = this.#view();
    this.#panels.update(view);
    if (site.mode === "quiet") {
      this.#presenter.setBadge(view);
      return;
    }
    const isDismissed = view?.status === "site-changed" && !isOpen && !this.#paused.isUnseen;
    if (!view || isDismissed) this.#presenter.hideCard();
    else this.#presenter.showCard(view, { open: isOpen, organisation: site.organisation ?? "" });
  }

  #toggle(isOpen: boolean): void {
    void this.#dispatch({ type: "toggled", isOpen, tip: null });
  }

  #close(): void {
    const hadFocus = this.#presenter.cardHasFocus;
    this.#paused.dismiss();
    void this.#dispatch({ type: "closed" });
    if (hadFocus) void this.#session?.restoreFocus();
  }

  /** Closes the card before Escape reaches the site's dialog. Returns whether there was a card to close. */
  #closeByEscape(): boolean {
    if (!this.#state.isOpen || !this.#presenter.hasCard || this.#presenter.cardHasFocus) return false;
    this.#close();
    return true;
  }

  #askAboutShare(session: Session, text: string, surface: Surface): string | null {
    if (!isShareable(text, surface, this.state)) return null;
    const key = crypto.randomUUID();
    const question = askAbout(text, { ...session.view(), surface }, { key, occurredAt: new Date().toISOString() });
    void this.#dispatch({ type: "posted", question });
    return this.#state.question?.prompt.state === "ask" ? key : null;
  }

  #stop(): void {
    this.#lifetime.abort();
    this.#composers.end();
    this.#presenter.cancelUpdate();
    this.#showSoon.cancel();
    void this.#dispatch({ type: "ended" });
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
}
