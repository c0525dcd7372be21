/** The side panels that are open for this tab, and what they show of this frame. */
import { envelope, type PanelUpdate } from "../shared/protocol.js";
import type { DraftView } from "../shared/view.js";

export class Panels {
  readonly #ports: ReadonlySet<chrome.runtime.Port>;
  /** The draft of the last update. */
  #draft: string | null = null;
  /** When the rep last entered it. */
  #entered = 0;

  /** `ports` are those of the panels that are open. The set outlives this page. */
  constructor(ports: ReadonlySet<chrome.runtime.Port>) {
    this.#ports = ports;
  }

  get isEmpty(): boolean {
    return this.#ports.size === 0;
  }

  /** Sends the current draft to a panel that has just opened. */
  sendViewTo(port: chrome.runtime.Port, view: DraftView | null): void {
    if (!view) return;
    this.#draft = view.draft;
    this.#post(port, view.draft, view);
  }

  markEntered(): void {
    this.#entered = Date.now();
  }

  update(view: DraftView | null): void {
    const previous = this.#draft;
    this.#draft = view?.draft ?? null;
    for (const port of this.#ports) {
      if (view) this.#post(port, view.draft, view);
      if (previous !== null && previous !== view?.draft) this.#post(port, previous, null);
    }
  }

  #post(port: chrome.runtime.Port, draft: string, view: DraftView | null): void {
    const update: PanelUpdate = { kind: "view", draft, entered: this.#entered, view };
    try {
      port.postMessage(envelope(update));
    } catch {
      // The panel is closing; its disconnect event follows.
    }
  }
}
