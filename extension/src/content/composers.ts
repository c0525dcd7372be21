/** The composers of one page that the rep has entered: which have a session, and when it ends. */
import type { SiteState } from "../shared/protocol.js";
import type { DraftAction } from "../shared/view.js";
import { type Attachment, type AttachOptions, attach } from "./attach.js";
import { deepActiveElement, innermostTarget } from "./page-events.js";
import type { Session } from "./session.js";
import { type Composer, findComposer, type Site, type UnreadableComposer } from "./sites/site.js";

/** What the page decides for each session. */
export type PageAttachOptions = Omit<AttachOptions, "onRemoved" | "publishedLink" | "pageSignal" | "onMove">;

interface ComposersOptions {
  site: Site;
  signal: AbortSignal;
  /** Adapters and layouts switched off by the server. */
  disabled: () => SiteState["disabled"];
  attachOptions: () => PageAttachOptions;
  /** A session has begun. */
  onAttach: () => void;
  /** With the event if it is a scroll event. */
  onMove: (event?: Event) => void;
  onEnter: (session: Session) => void;
  /** The rep writes where nothing may be read; `message` is the operator's, or empty. */
  onEnterUnreadable: (composer: UnreadableComposer, message: string) => void;
  onLeave: (session: Session) => void;
}

export class Composers {
  readonly #options: ComposersOptions;
  /** By editor. */
  readonly #attached = new Map<HTMLElement, Attachment>();
  /** A single function, so that adding it to the same tree again has no effect. */
  readonly #onFocus = (event: Event): void => {
    const target = innermostTarget(event);
    if (target) this.enter(target);
  };

  constructor(options: ComposersOptions) {
    this.#options = options;
    this.#listen(document);
  }

  get sessions(): Session[] {
    return [...this.#attached.values()].map(({ session }) => session);
  }

  find(draft: string | null): Attachment | undefined {
    return [...this.#attached.values()].find(({ session }) => session.id === draft);
  }

  end(): void {
    for (const { lifetime } of this.#attached.values()) lifetime.abort();
    this.#attached.clear();
  }

  /** The rep typed in `target`. The editor may have become visible only after it got the focus, and an unreadable one is reported
   * once it is used. */
  onInput(target: Element): void {
    if (!this.#around(target)) this.enter(target, { isInput: true });
  }

  /** Enters the composer that has the focus, if any. */
  enterActive({ isInput = false } = {}): void {
    const active = deepActiveElement();
    if (active) this.enter(active, { isInput });
  }

  /** The rep focused `target`, or typed in it. */
  enter(target: Element, { isInput = false } = {}): void {
    const { site, onEnter, onEnterUnreadable } = this.#options;
    this.#listen(target.getRootNode());
    const attached = this.#around(target);
    if (attached && this.#isStillAttached(attached)) {
      onEnter(attached.session);
      return;
    }
    if (attached) this.#detach(attached);
    const composer = findComposer(site, target);
    const disabled = composer && this.#disabledEntry(composer);
    if (composer && !disabled) {
      onEnter(this.#attach(composer));
      return;
    }
    const unreadable = isInput ? (composer ?? site.findUnreadable(target)) : null;
    if (unreadable) onEnterUnreadable(unreadable, disabled?.message ?? "");
  }

  /** The site navigated within the page, after which the same editor may be another composer or none. */
  detachChanged(): void {
    for (const attached of this.#attached.values()) if (!this.#isStillAttached(attached)) this.#detach(attached);
  }

  /** The list of disabled adapters has changed: composers on it are detached at once, and others may be attached again. `active` is
   * the draft that the rep is in. */
  checkDisabled(active: string | null): void {
    const attached = this.find(active);
    const isInput = attached !== undefined && this.#disabledEntry(attached.composer) !== undefined;
    for (const one of this.#attached.values()) if (this.#disabledEntry(one.composer)) this.#detach(one);
    this.enterActive({ isInput });
  }

  /** Neither the pointer nor the focus is in a card any longer: no words are emphasized, and no list is held as it was. */
  leaveCard(): void {
    const actions: DraftAction[] = [
      { do: "emphasize", advice: null },
      { do: "leave-list", by: "pointer" },
      { do: "leave-list", by: "focus" },
    ];
    for (const session of this.sessions) for (const action of actions) void session.dispatch({ type: "chosen", action });
  }

  /** Focus and scroll events inside a shadow root do not reach the document. */
  #listen(root: Node): void {
    const { signal, onMove } = this.#options;
    root.addEventListener("focusin", this.#onFocus, { signal, capture: true });
    root.addEventListener("scroll", onMove, { signal, capture: true, passive: true });
    if (root instanceof ShadowRoot) this.#listen(root.host.getRootNode());
  }

  #around(target: Element): Attachment | undefined {
    return [...this.#attached.values()].find(({ composer }) => composer.editor.contains(target));
  }

  #disabledEntry({ adapter, layout }: Composer): SiteState["disabled"][number] | undefined {
    const disabled = this.#options.disabled();
    return disabled.find((entry) => entry.adapter === adapter && (entry.layout === layout || entry.layout === "*"));
  }

  /** Whether the editor still is the same composer as when it was attached. */
  #isStillAttached({ composer }: Attachment): boolean {
    const current = findComposer(this.#options.site, composer.editor);
    const isSame =
      current?.editor === composer.editor && current.layout === composer.layout && current.surface === composer.surface;
    return isSame && !this.#disabledEntry(current);
  }

  #attach(composer: Composer): Session {
    const { site, signal, onMove, attachOptions, onAttach } = this.#options;
    const attached = attach(composer, {
      ...attachOptions(),
      publishedLink: site.publishedLink,
      pageSignal: signal,
      onMove,
      onRemoved: (removed) => this.#detach(removed),
    });
    this.#attached.set(composer.editor, attached);
    onAttach();
    return attached.session;
  }

  #detach(attached: Attachment): void {
    attached.lifetime.abort();
    this.#attached.delete(attached.composer.editor);
    this.#options.onLeave(attached.session);
  }
}
