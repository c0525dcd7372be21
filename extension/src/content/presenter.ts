/** Shows a draft: in the card in the page or, in quiet mode and where the badge has no room, only by the badge on the toolbar button. */
import { countRemarks } from "../shared/advice.js";
import { request } from "../shared/protocol.js";
import type { DraftView } from "../shared/view.js";
import type { Layout } from "./paint/badge-place.js";
import cardCss from "./paint/card.css";
import { type CardHandlers, CardHost, themeBehind } from "./paint/host.js";
import { visiblePart } from "./paint/visibility.js";
import { isVisible, type UnreadableComposer } from "./sites/site.js";

type Anchor = Pick<UnreadableComposer, "editor" | "container">;

export class Presenter {
  readonly #handlers: Omit<CardHandlers, "onDue" | "onRoom">;
  /** The composer that the card is placed beside, if there is one. */
  readonly #anchor: () => Anchor | null;
  readonly #lifetime = new AbortController();
  #host: CardHost | null = null;
  /** As last measured, so that the question after posting stays where the composer was. */
  #layout: Layout = { element: null, around: null, editor: new DOMRect(), container: new DOMRect() };
  #theme: "light" | "dark" = "light";
  #frame = 0;
  #badge = "";
  /** What the card shows. */
  #view: DraftView | null = null;
  #hasRoom = true;

  constructor(handlers: Omit<CardHandlers, "onDue" | "onRoom">, anchor: () => Anchor | null) {
    this.#handlers = handlers;
    this.#anchor = anchor;
  }

  get hasCard(): boolean {
    return this.#host !== null;
  }

  get cardHasFocus(): boolean {
    return this.#host?.hasFocus ?? false;
  }

  showCard(view: DraftView, { open, organisation }: { open: boolean; organisation: string }): void {
    this.#measure();
    this.#view = view;
    this.#host ??= new CardHost(
      cardCss,
      {
        ...this.#handlers,
        onDue: this.updatePosition,
        // As in quiet mode, where the badge has no room in the page.
        onRoom: (hasRoom) => {
          if (!hasRoom) this.setBadge(this.#view);
          else if (!this.#hasRoom) this.setBadge(null);
          this.#hasRoom = hasRoom;
        },
      },
      this.#lifetime.signal,
    );
    this.#host.show({ view, open, theme: this.#theme, organisation, ...this.#layout });
  }

  hideCard(): void {
    this.#host?.show(null);
  }

  focusCard(): void {
    this.#host?.focus();
  }

  /** Moves the card to its place beside the composer, in the next frame. */
  readonly updatePosition = (event?: Event): void => {
    if (event?.type === "scroll") this.#host?.onScroll(event.target);
    if (!this.#host || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#measure();
      this.#host?.place(this.#layout);
    });
  };

  cancelUpdate(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** Without a card in the page, the toolbar button shows whether the panel has something to show. */
  setBadge(view: DraftView | null): void {
    const text = view ? badgeText(view) : "";
    if (text === this.#badge) return;
    this.#badge = text;
    void request("badge", { text });
  }

  removeCard(): void {
    this.#lifetime.abort();
  }

  #measure(): void {
    const anchor = this.#anchor();
    if (!anchor?.editor.isConnected || !isVisible(anchor.editor)) return;
    const { editor, container } = anchor;
    const box = container.getBoundingClientRect();
    this.#layout = { element: editor, around: container, editor: visiblePart(editor), container: box };
    this.#theme = themeBehind(editor);
  }
}

/** At most four characters: "?" for a question after posting, "!" when nothing is assessed, or how many things there are to read. */
function badgeText(view: DraftView): string {
  const { prompt, status } = view;
  if (prompt) return "?";
  if (status !== "fresh" && status !== "checking" && status !== "empty") return "!";
  const count = countRemarks(view);
  return count > 0 ? String(count) : "";
}
