/** The content script: finds the composer the rep is in, gives it a session, and shows what the session says. */

import { PROFILE_PORT, type ProfileReadResult } from "../shared/profile.js";
import {
  type ClientState,
  envelope,
  FRAME_ATTACHED,
  type PageInfo,
  type PanelAction,
  type PanelUpdate,
  parseNotice,
  request,
} from "../shared/protocol.js";
import type { Result } from "../shared/result.js";
import type { Action, DraftView } from "../shared/view.js";
import type { AssessmentClient } from "./assessment-client.js";
import { Editor } from "./editors/editor.js";
import { AfterFrame } from "./paint/after-frame.js";
import cardCss from "./paint/card.css";
import highlightsCss from "./paint/highlights.css";
import { adoptStyles } from "./paint/highlights.js";
import { CardHost, themeBehind } from "./paint/host.js";
import { PausedNotice } from "./paused-notice.js";
import { Posted, watchPosting } from "./posted.js";
import { Session } from "./session.js";
import { linkedin } from "./sites/linkedin.js";
import { type Composer, findComposer, isVisible, type Site } from "./sites/site.js";
import { x } from "./sites/x.js";

const SITES: readonly Site[] = [linkedin, x];

/** An answer about a posted text, and the last word after an update, are shown this long. */
const SEEN_MS = 12_000;

interface Attached {
  found: Composer;
  session: Session;
  life: AbortController;
}

function deepActive(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

/** All of ours in one page. It lives while the rep's choices allow it; ending it leaves nothing behind. */
class Page {
  readonly #life = new AbortController();
  readonly #hostLife = new AbortController();
  readonly #attached = new Map<HTMLElement, Attached>();
  readonly #paused = new PausedNotice(this.#life.signal, () => this.#show());
  #active: Attached | null = null;
  #posted: { about: Posted; view: DraftView } | null = null;
  #host: CardHost | null = null;
  #open = false;
  #frame = 0;
  /** What is said of a draft is never worth making a key wait. */
  readonly #soon = new AfterFrame(() => this.#show());
  /** The draft that the panels were last told of, and when the rep came to it. */
  #told: string | null = null;
  #entered = 0;
  #badge = "";
  /** As last seen: a question after posting stays where the composer was. */
  #rects = { words: new DOMRect(), editor: new DOMRect(), container: new DOMRect() };
  #theme: "light" | "dark" = "light";
  readonly #focused = (event: Event): void => {
    const target = event.composedPath()[0];
    if (event.isTrusted && target instanceof Element) this.#enter(target);
  };
  readonly #moved = (): void => this.#place();

  constructor(
    readonly site: Site,
    public state: ClientState,
    readonly panels: Set<chrome.runtime.Port>,
  ) {
    const { signal } = this.#life;
    this.#hear(document);
    // What was not in sight when it got the focus may be by now; and what is written in, but not known, is told of.
    const written = (event: Event): void => {
      const target = event.composedPath()[0];
      if (event.isTrusted && target instanceof Element && !this.#known(target)) this.#enter(target, { written: true });
    };
    document.addEventListener("input", written, { signal, capture: true });
    (window as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", () => this.#routed(), {
      signal,
    });
    document.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    window.addEventListener("resize", this.#moved, { signal, passive: true });
    // The panel's way leads to every frame of the tab, so that it is not cut when one of them goes.
    window.addEventListener("pagehide", () => this.#tellPanels(null), { signal });
    const active = deepActive();
    if (active) this.#enter(active);
  }

  end(): void {
    this.#hostLife.abort();
    this.#stop();
  }

  #stop(): void {
    this.#life.abort();
    for (const { life } of this.#attached.values()) life.abort();
    this.#attached.clear();
    cancelAnimationFrame(this.#frame);
    this.#soon.cancel();
    this.#active = null;
    this.#posted = null;
    this.#tellPanels(null);
    this.#mark(null);
  }

  /** The extension was updated under this page: nothing here reads or listens any more. Said once, then gone. */
  #farewell(): void {
    if (this.#life.signal.aborted) return;
    this.#show();
    this.#stop();
    if (this.#host) setTimeout(() => this.#hostLife.abort(), SEEN_MS);
  }

  /** Choices that change what is drawn start the page anew; others only judge again. */
  take(state: ClientState): void {
    const before = this.state;
    this.state = state;
    if (JSON.stringify(before.disabled) !== JSON.stringify(state.disabled)) this.#switched();
    const judged = ({ paired, rulesOff, grammar }: ClientState): string => JSON.stringify([paired, rulesOff, grammar]);
    const again = judged(before) !== judged(state);
    if (again) for (const { session } of this.#attached.values()) session.reassess();
    this.#show();
  }

  #known(target: Element): Attached | undefined {
    return [...this.#attached.values()].find(({ found }) => found.editor.contains(target));
  }

  /** A focus that moves within a shadow root and what scrolls there are heard of nowhere outside of it. */
  #hear(root: Node): void {
    const { signal } = this.#life;
    root.addEventListener("focusin", this.#focused, { signal, capture: true });
    root.addEventListener("scroll", this.#moved, { signal, capture: true, passive: true });
    if (root instanceof ShadowRoot) this.#hear(root.host.getRootNode());
  }

  #enter(target: Element, { written = false } = {}): void {
    this.#hear(target.getRootNode());
    const known = this.#known(target);
    if (known && this.#stands(known)) {
      this.#activate(known);
      return;
    }
    if (known) this.#detach(known);
    const found = findComposer(this.site, target);
    const off = found && this.#disabled(found);
    if (found && !off) {
      this.#activate(this.#attach(found));
      return;
    }
    const place = written ? (found ?? this.site.findUnreadable(target)) : null;
    if (!place) return;
    this.#active = null;
    this.#paused.show(place, off?.message ?? "");
  }

  #disabled({ adapter, layout }: Composer): ClientState["disabled"][number] | undefined {
    return this.state.disabled.find((entry) => entry.adapter === adapter && (entry.layout === layout || entry.layout === "*"));
  }

  /** Whether the editor still is what it was when it was found. */
  #stands({ found }: Attached): boolean {
    const now = findComposer(this.site, found.editor);
    return now?.editor === found.editor && now.layout === found.layout && now.surface === found.surface && !this.#disabled(now);
  }

  /** The site went to another address within the page, where the same editor may be another place or none. */
  #routed(): void {
    for (const attached of this.#attached.values()) if (!this.#stands(attached)) this.#detach(attached);
    this.#paused.clear();
    const active = deepActive();
    if (active) this.#enter(active);
  }

  /** The server's list has changed: what it names lets go at once, what it names no more is read again. */
  #switched(): void {
    const written = this.#active !== null && this.#disabled(this.#active.found) !== undefined;
    for (const attached of this.#attached.values()) if (this.#disabled(attached.found)) this.#detach(attached);
    const active = deepActive();
    if (active) this.#enter(active, { written });
  }

  #attach(found: Composer): Attached {
    const life = new AbortController();
    const { signal } = life;
    const editor = new Editor(found.editor);
    const heard = <T>(answer: Result<T>): Result<T> => {
      // After the session has shown it.
      if ("error" in answer && answer.error === "reloaded") setTimeout(() => this.#farewell());
      return answer;
    };
    const client: AssessmentClient = {
      assess: async (id, surface, text) => {
        if (!this.state.paired) return { error: "unpaired" };
        return heard(await request("assess", { editor: id, surface, text }));
      },
      grammar: async (id, text) =>
        this.state.paired && this.state.grammar.on
          ? heard(await request("grammar", { editor: id, text }))
          : { ok: { findings: [], ignored: [] } },
      compare: async (id, surface, a, b) => heard(await request("compare", { editor: id, surface, a, b })),
      cancel: (id) => void request("cancel", { editor: id }),
      ignore: (tip) => void request("ignore", tip),
      restoreIgnored: (tips) => void request("restore-ignored", { tips }),
    };
    const session = new Session({
      editor,
      surface: found.surface,
      client,
      signal,
      underlines: this.state.underlines,
      canApply: found.confidence === "high",
      onChange: () => {
        if (this.#active?.session.editor === editor) this.#soon.schedule();
      },
      onOpenTip: (tip) => this.#toggle({ open: true, tip, focus: false }),
    });
    const attached = { found, session, life };
    this.#attached.set(found.editor, attached);
    if (this.panels.size === 0) chrome.runtime.sendMessage(FRAME_ATTACHED).catch(() => null);
    const restyle = adoptStyles(editor.root, highlightsCss);
    // Tells when the editor moves its corner and, by its size of nothing, when it has left the page.
    const sizes = new ResizeObserver(() => {
      if (found.editor.isConnected && isVisible(found.editor)) this.#place();
      else this.#detach(attached);
    });
    sizes.observe(found.editor);
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      restyle();
    });
    let about: Posted | null = null;
    watchPosting({
      found,
      published: this.site.publishedLink,
      signal,
      life: this.#life.signal,
      read: () => editor.read().text,
      onPosted: (text) => {
        // The next draft in the same editor is another one.
        session.discardWording();
        about = this.#asks(attached, text);
        return about?.prompt.state === "ask";
      },
      onLink: (link) => about?.setLink(link),
    });
    return attached;
  }

  #detach(attached: Attached): void {
    attached.life.abort();
    this.#attached.delete(attached.found.editor);
    if (this.#active === attached) {
      this.#active = null;
      if (!this.#posted) this.#open = false;
      this.#show();
    }
  }

  #activate(attached: Attached): void {
    this.#entered = Date.now();
    this.#paused.clear();
    if (this.#active === attached) this.#tellPanels(this.#view());
    else {
      this.#active = attached;
      this.#show();
    }
  }

  #asks({ found, session }: Attached, text: string): Posted | null {
    if (!Posted.isShareable(text, this.state)) return null;
    const about = new Posted(found.surface, text, () => this.#show());
    this.#posted = {
      about,
      view: { ...session.view(), text: "", tips: [], keptWording: null, status: "fresh", message: "" },
    };
    this.#open = true;
    if (this.state.shareChoice === "always") void about.choose("this", null);
    this.#show();
    return about;
  }

  #view(): DraftView | null {
    if (this.#posted) return { ...this.#posted.view, prompt: this.#posted.about.prompt };
    return this.#active?.session.view() ?? this.#paused.view;
  }

  #show(): void {
    if (this.#life.signal.aborted) return;
    // It shows what was waiting to be shown, too.
    this.#soon.cancel();
    const view = this.#view();
    this.#tellPanels(view);
    if (this.state.mode === "quiet") {
      this.#mark(view);
      return;
    }
    const told = view?.status === "site-changed" && !this.#open && !this.#paused.isUnseen;
    if (!view || told) {
      this.#host?.show(null);
      return;
    }
    this.#measure();
    this.#host ??= new CardHost(
      cardCss,
      {
        act: (action) => void this.act(action),
        toggle: () => this.#toggle({ open: !this.#open, tip: null, focus: false }),
        close: () => this.#close(),
      },
      this.#hostLife.signal,
    );
    this.#host.show({
      view,
      open: this.#open,
      theme: this.#theme,
      organisation: this.state.organisation ?? "",
      ...this.#rects,
    });
  }

  /** Without a badge in the page, the toolbar's button says that there is something to see in the panel. */
  #mark(view: DraftView | null): void {
    const says = view ? markOf(view) : "";
    if (says === this.#badge) return;
    this.#badge = says;
    void request("badge", { says });
  }

  #measure(): void {
    const place = this.#active?.found ?? this.#paused.place;
    if (place?.editor.isConnected && isVisible(place.editor)) {
      const { editor, container } = place;
      const words = document.createRange();
      words.selectNodeContents(editor);
      this.#rects = {
        words: words.getBoundingClientRect(),
        editor: editor.getBoundingClientRect(),
        container: container.getBoundingClientRect(),
      };
      this.#theme = themeBehind(editor);
    }
  }

  #place(): void {
    if (!this.#host || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#measure();
      this.#host?.place(this.#rects);
    });
  }

  #toggle({ open, tip, focus }: { open: boolean; tip: string | null; focus: boolean }): void {
    this.#open = open;
    this.#active?.session.select(tip);
    this.#show();
    if (focus) this.#host?.focus();
  }

  #close(): void {
    const hadFocus = this.#host?.hasFocus ?? false;
    this.#open = false;
    this.#paused.dismiss();
    if (this.#posted && this.#posted.about.prompt.state !== "sending") this.#posted = null;
    this.#show();
    if (hadFocus) void this.#active?.session.restoreFocus();
  }

  /** Escape closes our card before it reaches the site's dialog; the shortcut opens it where the browser knows none. */
  #key(event: KeyboardEvent): void {
    if (!event.isTrusted || event.isComposing) return;
    if (event.key === "Escape" && this.#open && this.#host && !this.#host.hasFocus) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.altKey && event.shiftKey && event.code === "KeyR") {
      event.preventDefault();
      event.stopPropagation();
      this.command("open-card");
    } else if (event.altKey && event.shiftKey && event.code === "KeyA") {
      event.preventDefault();
      event.stopPropagation();
      this.command("apply-tip");
    }
  }

  command(command: "open-card" | "apply-tip"): void {
    if (command === "open-card" && (this.#active || this.#paused.place)) {
      this.#toggle({ open: !this.#open, tip: null, focus: true });
      return;
    }
    if (!this.#active) return;
    const view = this.#active.session.view();
    const tip =
      view.tips.find(({ id }) => id === view.selected) ?? view.tips.find(({ finding }) => finding.replacements.length > 0);
    const replacement = tip?.finding.replacements[0];
    if (tip && replacement !== undefined && view.canApply) void this.act({ do: "apply", tip: tip.id, replacement });
  }

  async act(action: Action): Promise<void> {
    const session = this.#active?.session;
    switch (action.do) {
      case "apply":
        if (session && (await session.apply(action.tip, action.replacement)) === "insert-failed")
          await copy(action.replacement);
        break;
      case "copy":
        if (await copy(action.text)) session?.showMessage("copied");
        break;
      case "ignore":
        session?.ignore(action.tip);
        break;
      case "restore-ignored":
        session?.restoreIgnored();
        break;
      case "turn-off":
        await request("choose", { ruleOff: action.rule });
        break;
      case "add-word":
        await request("add-word", { word: action.word });
        break;
      case "select":
        session?.select(action.tip);
        break;
      case "keep-wording":
        session?.keepWording();
        break;
      case "discard-wording":
        session?.discardWording();
        break;
      case "compare":
        await session?.compare();
        break;
      case "retry":
        session?.reassess();
        break;
      case "settings":
        await request("open-options", {});
        break;
      case "write":
        await request("open-write", {});
        break;
      case "share":
        await this.#share(action.choice, action.link);
        break;
      case "withdraw":
        await this.#posted?.about.withdraw();
        break;
      case "dismiss-prompt":
        this.#dismiss();
        break;
    }
    // What the rep did is seen at once.
    this.#show();
  }

  async #share(choice: "this" | "always" | "never" | "not-this", link: string | null): Promise<void> {
    const about = this.#posted?.about;
    if (!about) return;
    if (choice === "not-this" || choice === "never") this.#dismiss();
    if (choice === "not-this") return;
    await about.choose(choice, link);
    if (this.#posted?.about !== about || this.#life.signal.aborted) return;
    const seen = setTimeout(() => {
      if (this.#posted?.about === about && !this.#host?.hasFocus) this.#dismiss();
    }, SEEN_MS);
    this.#life.signal.addEventListener("abort", () => clearTimeout(seen));
  }

  #dismiss(): void {
    this.#posted = null;
    this.#open = false;
    this.#show();
  }

  /** What is paused where the rep writes, for the popup; empty where nothing is. */
  get paused(): string {
    return this.#paused.message;
  }

  /** The panel was opened: it hears what there is now. */
  greet(port: chrome.runtime.Port): void {
    const view = this.#view();
    if (!view) return;
    this.#told = view.draft;
    tell(port, { kind: "view", draft: view.draft, entered: this.#entered, view });
  }

  /** Acts for the panel, if it still shows this frame's draft. */
  actFor(draft: string, action: Action): void {
    if (this.#view()?.draft === draft) void this.act(action);
  }

  #tellPanels(view: DraftView | null): void {
    const before = this.#told;
    this.#told = view?.draft ?? null;
    for (const port of this.panels) {
      if (view) tell(port, { kind: "view", draft: view.draft, entered: this.#entered, view });
      if (before !== null && before !== view?.draft)
        tell(port, { kind: "view", draft: before, entered: this.#entered, view: null });
    }
  }
}

/** At most four characters: a question after posting, that nothing is judged now, or how many tips there are. */
function markOf({ prompt, status, tips }: DraftView): string {
  if (prompt) return "?";
  if (status !== "fresh" && status !== "checking" && status !== "empty") return "!";
  return tips.length > 0 ? String(tips.length) : "";
}

function tell(port: chrome.runtime.Port, what: PanelUpdate): void {
  try {
    port.postMessage(envelope(what));
  } catch {
    // The panel is closing; its disconnect follows.
  }
}

/** `navigator.clipboard` wants focus in this document, which a click in the card or a shortcut gives. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const site = SITES.find(({ hosts }) => hosts.includes(location.host));
  if (!site) return;
  const panels = new Set<chrome.runtime.Port>();
  let page: Page | null = null;

  const take = (state: ClientState): void => {
    const wanted = state.consented && !state.pausedToday && !state.paused.includes(location.host);
    const drawn = (of: ClientState): string => [of.mode, of.underlines].join();
    if (page && (!wanted || drawn(page.state) !== drawn(state))) {
      page.end();
      page = null;
    }
    if (!wanted) return;
    if (page) page.take(state);
    else page = new Page(site, state, panels);
  };

  chrome.runtime.onMessage.addListener((message: unknown, sender) => {
    const notice = sender.id === chrome.runtime.id ? parseNotice(message) : null;
    if (notice?.kind === "changed") take(notice.state);
    if (notice?.kind === "command") page?.command(notice.command);
  });
  chrome.runtime.onConnect.addListener((port) => {
    if (port.sender?.id !== chrome.runtime.id) return;
    if (port.name === "host") port.postMessage({ host: location.host, paused: page?.paused ?? "" } satisfies PageInfo);
    // The rep has clicked "Read my profile" in a page of ours; nothing else leads here, and nothing is read before.
    if (port.name === PROFILE_PORT && port.sender?.url?.startsWith(chrome.runtime.getURL(""))) {
      port.postMessage((page ? site.readOwnProfile(page.state.profiles) : { error: "paused" }) satisfies ProfileReadResult);
    }
    if (port.name !== "panel") return;
    panels.add(port);
    port.onDisconnect.addListener(() => panels.delete(port));
    port.onMessage.addListener((message: PanelAction & { v: number }) => {
      if (message.kind === "act") page?.actFor(message.draft, message.action);
    });
    page?.greet(port);
  });

  const answer = await request("client-state", {});
  if ("ok" in answer) take(answer.ok);
}

void main();
