/** The content script: finds the composer the rep is in, gives it a session, and shows what the session says. */
import { type Answer, type FromPanel, type Situation, type ToPanel, asNotice, ask, envelope } from "../shared/protocol.js";
import type { Action, DraftView } from "../shared/view.js";
import { Editor } from "./editors/editor.js";
import { adoptStyles } from "./paint/highlights.js";
import { CardHost, themeBehind } from "./paint/host.js";
import { type Judge, Session } from "./session.js";
import { Posted, watchPosting } from "./share.js";
import { linkedin } from "./sites/linkedin.js";
import { type Found, type Site, isVisible } from "./sites/site.js";
import { x } from "./sites/x.js";
import cardCss from "./paint/card.css";
import highlightsCss from "./paint/highlights.css";

const SITES: readonly Site[] = [linkedin, x];

/** An answer about a posted text, and the last word after an update, are shown this long. */
const SEEN_MS = 12_000;

interface Attached {
  found: Found;
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
  #active: Attached | null = null;
  #posted: { about: Posted; view: DraftView } | null = null;
  #host: CardHost | null = null;
  #open = false;
  #frame = 0;
  /** As last seen: a question after posting stays where the composer was. */
  #rects = { words: new DOMRect(), editor: new DOMRect(), container: new DOMRect() };
  #theme: "light" | "dark" = "light";

  constructor(
    readonly site: Site,
    public situation: Situation,
    readonly panels: Set<chrome.runtime.Port>,
  ) {
    const { signal } = this.#life;
    const entered = (event: Event): void => {
      const target = event.composedPath()[0];
      if (event.isTrusted && target instanceof Element) this.#enter(target);
    };
    document.addEventListener("focusin", entered, { signal, capture: true });
    document.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    const moved = (): void => this.#place();
    document.addEventListener("scroll", moved, { signal, capture: true, passive: true });
    window.addEventListener("resize", moved, { signal, passive: true });
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
    this.#active = null;
    this.#posted = null;
    this.#tellPanels(null);
  }

  /** The extension was updated under this page: nothing here reads or listens any more. Said once, then gone. */
  #farewell(): void {
    this.#stop();
    setTimeout(() => this.#hostLife.abort(), SEEN_MS);
  }

  /** Choices that change what is drawn start the page anew; others only judge again. */
  take(situation: Situation): void {
    const before = this.situation;
    this.situation = situation;
    const again = before.paired !== situation.paired || before.rulesOff.join() !== situation.rulesOff.join();
    if (again) for (const { session } of this.#attached.values()) session.again();
    this.#show();
  }

  #enter(target: Element): void {
    const known = [...this.#attached.values()].find(({ found }) => found.editor.contains(target));
    if (known) {
      this.#activate(known);
      return;
    }
    const found = this.site.find(target);
    if (!found || this.#isDisabled(found)) return;
    this.#activate(this.#attach(found));
  }

  #isDisabled({ adapter, layout }: Found): boolean {
    return this.situation.disabled.some((entry) => entry.adapter === adapter && (entry.layout === layout || entry.layout === "*"));
  }

  #attach(found: Found): Attached {
    const life = new AbortController();
    const { signal } = life;
    const editor = new Editor(found.editor);
    const heard = <T,>(answer: Answer<T>): Answer<T> => {
      // After the session has shown it.
      if ("error" in answer && answer.error === "reloaded") setTimeout(() => this.#farewell());
      return answer;
    };
    const judge: Judge = {
      assess: async (id, surface, text) => {
        if (!this.situation.paired) return { error: "unpaired" };
        return heard(await ask("assess", { editor: id, surface, text }));
      },
      compare: async (id, surface, a, b) => heard(await ask("compare", { editor: id, surface, a, b })),
      forget: (id) => void ask("forget", { editor: id }),
      ignore: (tip) => void ask("ignore", tip),
      bringBack: (tips) => void ask("bring-back", { tips }),
    };
    const session = new Session({
      editor,
      surface: found.surface,
      judge,
      signal,
      underlines: this.situation.underlines,
      canApply: editor.canWrite({ confident: found.confidence === "high" }),
      changed: () => {
        if (this.#active?.session.editor === editor) this.#show();
      },
      opened: (tip) => this.#toggle({ open: true, tip, focus: false }),
    });
    const attached = { found, session, life };
    this.#attached.set(found.editor, attached);
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
    watchPosting({ found, signal, read: () => editor.read().text, posted: (text) => {
      // The next draft in the same editor is another one.
      session.letGo();
      this.#asks(attached, text);
    } });
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
    if (this.#active === attached) return;
    this.#active = attached;
    this.#show();
  }

  #asks({ found, session }: Attached, text: string): void {
    if (!Posted.concerns(text, this.situation)) return;
    const about = new Posted(found.surface, text, () => this.#show());
    this.#posted = {
      about,
      view: { ...session.view(), text: "", tips: [], kept: null, status: "fresh", message: "" },
    };
    this.#open = true;
    if (this.situation.shareChoice === "always") void about.choose("this");
    this.#show();
  }

  #view(): DraftView | null {
    if (this.#posted) return { ...this.#posted.view, prompt: this.#posted.about.prompt };
    return this.#active?.session.view() ?? null;
  }

  #show(): void {
    if (this.#life.signal.aborted) return;
    const view = this.#view();
    this.#tellPanels(view);
    if (this.situation.mode === "quiet") return;
    if (!view) {
      this.#host?.show(null);
      return;
    }
    this.#measure();
    this.#host ??= new CardHost(cardCss, {
      act: (action) => void this.act(action),
      toggle: () => this.#toggle({ open: !this.#open, tip: null, focus: false }),
      close: () => this.#close(),
    }, this.#hostLife.signal);
    this.#host.show({ view, open: this.#open, theme: this.#theme, organisation: this.situation.organisation ?? "", ...this.#rects });
  }

  #measure(): void {
    if (this.#active?.found.editor.isConnected && isVisible(this.#active.found.editor)) {
      const { editor, container } = this.#active.found;
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
    if (this.#posted && this.#posted.about.prompt.state !== "sending") this.#posted = null;
    this.#show();
    if (hadFocus) void this.#active?.session.enter();
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
    if (!this.#active) return;
    if (command === "open-card") {
      this.#toggle({ open: !this.#open, tip: null, focus: true });
      return;
    }
    const view = this.#active.session.view();
    const tip = view.tips.find(({ id }) => id === view.selected) ?? view.tips.find(({ finding }) => finding.replacements.length > 0);
    const replacement = tip?.finding.replacements[0];
    if (tip && replacement !== undefined && view.canApply) void this.act({ do: "apply", tip: tip.id, replacement });
  }

  async act(action: Action): Promise<void> {
    const session = this.#active?.session;
    switch (action.do) {
      case "apply":
        if (session && (await session.apply(action.tip, action.replacement)) === "insert-failed") await copy(action.replacement);
        break;
      case "copy":
        if (await copy(action.text)) session?.say("copied");
        break;
      case "ignore":
        session?.ignore(action.tip);
        break;
      case "bring-back":
        session?.bringBack();
        break;
      case "turn-off":
        await ask("choose", { ruleOff: action.rule });
        break;
      case "select":
        session?.select(action.tip);
        break;
      case "keep":
        session?.keep();
        break;
      case "let-go":
        session?.letGo();
        break;
      case "compare":
        await session?.compare();
        break;
      case "retry":
        session?.again();
        break;
      case "settings":
        await ask("open-options", {});
        break;
      case "share":
        await this.#share(action.choice);
        break;
      case "withdraw":
        await this.#posted?.about.withdraw();
        break;
      case "dismiss-prompt":
        this.#dismiss();
        break;
    }
  }

  async #share(choice: "this" | "always" | "never" | "not-this"): Promise<void> {
    const about = this.#posted?.about;
    if (!about) return;
    if (choice === "not-this" || choice === "never") this.#dismiss();
    if (choice === "not-this") return;
    await about.choose(choice);
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

  /** The panel was opened: it hears what there is now. */
  greet(port: chrome.runtime.Port): void {
    const view = this.#view();
    if (view) tell(port, view);
  }

  #tellPanels(view: DraftView | null): void {
    for (const port of this.panels) tell(port, view);
  }
}

function tell(port: chrome.runtime.Port, view: DraftView | null): void {
  try {
    port.postMessage(envelope<ToPanel>({ kind: "view", view }));
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

  const take = (situation: Situation): void => {
    const wanted = situation.consented && !situation.paused.includes(location.host);
    const drawn = (of: Situation): string => [of.mode, of.underlines, JSON.stringify(of.disabled)].join();
    if (page && (!wanted || drawn(page.situation) !== drawn(situation))) {
      page.end();
      page = null;
    }
    if (!wanted) return;
    if (page) page.take(situation);
    else page = new Page(site, situation, panels);
  };

  chrome.runtime.onMessage.addListener((message: unknown, sender) => {
    const notice = sender.id === chrome.runtime.id ? asNotice(message) : null;
    if (notice?.kind === "changed") take(notice.situation);
    if (notice?.kind === "command") page?.command(notice.command);
  });
  chrome.runtime.onConnect.addListener((port) => {
    if (port.sender?.id !== chrome.runtime.id) return;
    if (port.name === "host") port.postMessage({ host: location.host });
    if (port.name !== "panel") return;
    panels.add(port);
    port.onDisconnect.addListener(() => panels.delete(port));
    port.onMessage.addListener((message: FromPanel & { v: number }) => {
      if (message.kind === "act") void page?.act(message.action);
    });
    page?.greet(port);
  });

  const answer = await ask("situation", {});
  if ("ok" in answer) take(answer.ok);
}

void main();
