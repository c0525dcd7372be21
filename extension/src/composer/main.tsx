/** The web composer: the same reading, highlights and card as the extension, in a page of our own and without one. */
import { render } from "preact";
import { Editor } from "../content/editors/editor.js";
import { Bar } from "../content/paint/badge.js";
import cardCss from "../content/paint/card.css";
import { Card } from "../content/paint/card.js";
import { createShadowHost } from "../content/paint/host.js";
import { Session } from "../content/session.js";
import { isProtected } from "../content/text/protected.js";
import { IgnoredTips } from "../shared/ignored.js";
import { MAX_LINK } from "../shared/link.js";
import { getMessage } from "../shared/messages.js";
import type { AssessmentWithIgnored } from "../shared/protocol.js";
import type { ErrorCode, Result } from "../shared/result.js";
import type { Action, Prompt } from "../shared/view.js";
import {
  readAssessment,
  readComparison,
  readProblem,
  readShare,
  type Share,
  SURFACES,
  type Surface,
  WireError,
} from "../shared/wire.js";

const place = document.getElementById("composer");

/** Where this page's endpoints are, and the token that its forms carry. */
const page = {
  assess: place?.dataset["assessUrl"] ?? "/write/assess",
  compare: place?.dataset["compareUrl"] ?? "/write/compare",
  share: place?.dataset["shareUrl"] ?? "/write/share",
  ignore: place?.dataset["ignoreUrl"] ?? "/write/ignore",
  turnOff: place?.dataset["turnOffUrl"] ?? "/write/turn-off",
  withdraw: place?.dataset["withdrawUrl"] ?? "/write/withdraw",
  csrf: place?.dataset["csrf"] ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "",
  organisation: place?.dataset["organisation"] ?? "",
};

/** In this browser, as the extension does. */
const ignored = new IgnoredTips({
  get: async (name) => JSON.parse(localStorage.getItem(`repute-${name}`) ?? "null") as unknown,
  set: async (name, value) => localStorage.setItem(`repute-${name}`, JSON.stringify(value)),
});

/** What the server takes as the link of a published post, which may be on any site that has a surface. */
const isLink = (link: string): boolean => link.length <= MAX_LINK && link.startsWith("https://") && URL.canParse(link);

/** As `Answer`, and with the field that a refusal is about. */
type Posted<T> = { ok: T } | { error: ErrorCode; detail: string; field: string };

async function post<T>(
  url: string,
  body: object,
  read: (value: unknown, field: string) => T,
  more: { signal?: AbortSignal; key?: string } = {},
): Promise<Posted<T>> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": page.csrf,
        ...(more.key ? { "Idempotency-Key": more.key } : {}),
      },
      body: JSON.stringify(body),
      ...(more.signal ? { signal: more.signal } : {}),
    });
    const value: unknown = await response.json();
    if (response.ok) return { ok: read(value, "") };
    const error: ErrorCode =
      response.status === 401
        ? "reloaded"
        : response.status === 429
          ? "busy"
          : response.status >= 500
            ? "unreachable"
            : "refused";
    return { error, ...readProblem(value) };
  } catch (error) {
    const code = more.signal?.aborted ? "stale" : error instanceof WireError ? "invalid-answer" : "unreachable";
    return { error: code, detail: "", field: "" };
  }
}

class Composer {
  readonly #editor: HTMLElement;
  readonly #link: HTMLInputElement;
  readonly #linkProblem: HTMLElement;
  readonly #count: HTMLButtonElement;
  readonly #side: HTMLElement;
  readonly #bar: HTMLElement;
  readonly #aside: HTMLElement;
  readonly #radios: HTMLFieldSetElement;
  #life = new AbortController();
  #flight: AbortController | null = null;
  #session: Session;
  #surface: Surface;
  #prompt: Prompt | null = null;
  /** One key for one text and link: trying again after a lost answer counts it once. */
  #sending: { text: string; link: string; key: string; occurredAt: string } | null = null;

  constructor(into: HTMLElement) {
    const given = into.dataset["surface"];
    this.#surface = SURFACES.find((surface) => surface === given) ?? "linkedin-post";
    const { host, box } = createShadowHost(cardCss);
    this.#side = box;
    this.#editor = element("div", {
      class: "write-editor",
      contenteditable: "plaintext-only",
      role: "textbox",
      "aria-multiline": "true",
      "aria-label": getMessage("write_label"),
      "data-placeholder": getMessage("write_placeholder"),
      spellcheck: "true",
      dir: "auto",
    });
    this.#radios = element("fieldset", { class: "write-surfaces", "aria-label": getMessage("write_surface") });
    for (const surface of SURFACES) {
      const radio = element("input", { type: "radio", name: "surface", value: surface });
      radio.checked = surface === this.#surface;
      const label = element("label", { class: "write-surface" });
      label.append(radio, getMessage(`surface_${surface}`));
      this.#radios.append(label);
    }
    this.#radios.addEventListener("change", (event) => {
      const chosen = SURFACES.find((surface) => surface === (event.target as HTMLInputElement).value);
      if (chosen) this.#become(chosen);
    });
    this.#link = element("input", {
      id: "link",
      type: "url",
      placeholder: "https://",
      inputmode: "url",
      "aria-describedby": "link-problem",
    });
    this.#link.addEventListener("input", () => this.#sayOfLink(""));
    this.#linkProblem = element("span", { class: "write-problem", id: "link-problem", role: "alert" });
    const named = element("label", { for: "link" });
    named.textContent = getMessage("write_link");
    const link = element("div", { class: "write-link" });
    link.append(named, this.#link, this.#linkProblem);
    const copy = element("button", { type: "button" });
    copy.textContent = getMessage("write_copy");
    copy.addEventListener("click", () => void this.#act({ do: "copy", text: this.#session.text }));
    this.#count = element("button", { type: "button", class: "first" });
    this.#count.textContent = getMessage("write_count");
    this.#count.addEventListener("click", () => void this.#share());
    const foot = element("div", { class: "write-foot" });
    foot.append(link, copy, this.#count);
    const paper = element("div", { class: "write-paper" });
    const { host: inBar, box: barBox } = createShadowHost(cardCss, "rp-bar");
    this.#bar = barBox;
    const bar = element("div", { class: "write-bar" });
    bar.append(inBar);
    paper.append(this.#radios, this.#editor, bar, foot);
    this.#aside = element("aside", { class: "write-side", "aria-label": getMessage("tips"), tabindex: "-1" });
    this.#aside.append(host);
    const grid = element("div", { class: "write" });
    grid.append(paper, this.#aside);
    into.replaceChildren(grid);
    this.#session = this.#begin();
    this.#editor.focus({ preventScroll: true });
  }

  #begin(): Session {
    const { signal } = this.#life;
    const session: Session = new Session({
      editor: new Editor(this.#editor),
      surface: this.#surface,
      signal,
      underlines: true,
      canApply: true,
      client: {
        assess: (_editor, surface, text) => this.#assess(surface, text),
        compare: (_editor, surface, a, b) => post(page.compare, { surface, a, b }, readComparison, { signal }),
        cancel: () => this.#flight?.abort(),
        ignore: (tip) => {
          void ignored.add(tip);
          void post(page.ignore, { rule: tip.rule }, (value) => value);
        },
        restoreIgnored: (tips) => void ignored.remove(tips),
      },
      onChange: () => queueMicrotask(() => this.#show()),
      onOpenTip: (tip) => session.select(tip),
    });
    return session;
  }

  #become(surface: Surface): void {
    const kept = this.#session.comparison.view;
    this.#life.abort();
    this.#life = new AbortController();
    this.#surface = surface;
    this.#session = this.#begin();
    // The words go along; their score was one for the other surface.
    if (kept) this.#session.comparison.keep(kept.text, null);
  }

  async #assess(surface: Surface, text: string): Promise<Result<AssessmentWithIgnored>> {
    this.#flight?.abort();
    const flight = new AbortController();
    this.#flight = flight;
    const answer = await post(page.assess, { surface, text }, readAssessment, { signal: flight.signal });
    return "ok" in answer ? { ok: await ignored.markIgnored(answer.ok, text) } : answer;
  }

  async #share(): Promise<void> {
    const text = this.#session.text.trim();
    if (text === "" || isProtected(text)) return;
    const link = this.#link.value.trim();
    if (link !== "" && !isLink(link)) {
      this.#sayOfLink(getMessage("write_link_wrong", { limit: MAX_LINK.toLocaleString() }));
      return;
    }
    if (this.#sending?.text !== text || this.#sending.link !== link) {
      this.#sending = { text, link, key: crypto.randomUUID(), occurredAt: new Date().toISOString() };
    }
    this.#prompt = { state: "sending" };
    this.#show();
    const { key, occurredAt } = this.#sending;
    const answer: Posted<Share> = await post(
      page.share,
      { surface: this.#surface, text, url: link === "" ? null : link, occurred_at: occurredAt },
      readShare,
      { key },
    );
    if ("error" in answer && answer.field === "url") {
      this.#prompt = null;
      this.#sayOfLink(answer.detail);
    } else {
      this.#prompt =
        "ok" in answer
          ? { state: "sent", share: answer.ok }
          : { state: "refused", detail: answer.error === "refused" ? answer.detail : getMessage("error_unreachable") };
    }
    this.#show();
  }

  /** At the field itself, which is where it is mended; nothing when `problem` is empty. */
  #sayOfLink(problem: string): void {
    this.#linkProblem.textContent = problem;
    this.#link.setAttribute("aria-invalid", String(problem !== ""));
    if (problem !== "") this.#link.focus();
  }

  async #withdraw(): Promise<void> {
    if (this.#prompt?.state !== "sent") return;
    const answer = await post(page.withdraw, { id: this.#prompt.share.id }, (value) => value);
    if ("ok" in answer) {
      this.#sending = null;
      this.#prompt = { state: "withdrawn" };
    } else {
      this.#prompt = { state: "refused", detail: answer.detail || getMessage("error_unreachable") };
    }
    this.#show();
  }

  async #act(action: Action): Promise<void> {
    switch (action.do) {
      case "apply":
        await this.#session.apply(action.tip, action.replacement);
        break;
      case "copy":
        await navigator.clipboard.writeText(action.text);
        this.#session.showMessage("copied");
        break;
      case "ignore":
        this.#session.ignore(action.tip);
        break;
      case "restore-ignored":
        this.#session.restoreIgnored();
        break;
      case "select":
        this.#session.select(action.tip);
        break;
      case "keep-wording":
        this.#session.keepWording();
        break;
      case "discard-wording":
        this.#session.discardWording();
        break;
      case "compare":
        await this.#session.compare();
        break;
      case "retry":
        this.#session.reassess();
        break;
      case "turn-off":
        await post(page.turnOff, { rule: action.rule }, (value) => value);
        this.#session.reassess();
        break;
      case "withdraw":
        await this.#withdraw();
        break;
      case "dismiss-prompt":
        this.#prompt = null;
        this.#show();
        break;
      case "share":
        await this.#share();
        break;
      case "settings":
        // In a tab of its own: the draft stays where it is.
        window.open("/settings", "_blank", "noopener");
    }
  }

  #show(): void {
    const view = { ...this.#session.view(), prompt: this.#prompt };
    this.#count.disabled = view.text.trim() === "" || view.status === "protected" || this.#prompt?.state === "sending";
    const theme = document.documentElement.dataset["theme"];
    if (theme) for (const box of [this.#side, this.#bar]) box.dataset["theme"] = theme;
    render(<Card view={view} act={(action) => void this.#act(action)} organisation={page.organisation} />, this.#side);
    render(<Bar view={view} open={() => this.#showCard()} />, this.#bar);
  }

  /** To the card, where it is below the editor. */
  #showCard(): void {
    this.#aside.focus({ preventScroll: true });
    this.#aside.scrollIntoView({ block: "start" });
  }
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes: Record<string, string>): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

if (place) new Composer(place);
