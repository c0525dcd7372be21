/**
 * Refuses clicks in the card that the rep cannot have meant. A page cannot restyle the card, and the events that its scripts
 * dispatch are not trusted; but it can lay a picture of something else over the card that lets clicks through, or move the
 * composer so that the card comes to lie under a click that was meant for the page. So a click counts only once the card was
 * in its place, with nothing over it, for a while.
 */

/** Longer than it takes to react to what has just appeared. */
const SEEN_MS = 300;
/** The least that browsers allow between two notifications about visibility. */
const VISIBILITY_DELAY_MS = 100;
/** After the last key that changed the draft, when the rep may turn to the card. */
const KEYS_REST_MS = 200;

/** Chromium's version 2 of the API, which other browsers lack. */
type VisibilityEntry = IntersectionObserverEntry & { isVisible?: boolean };
type VisibilityOptions = IntersectionObserverInit & { trackVisibility: boolean; delay: number };

const overlap = (one: DOMRect, other: DOMRect): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

export class ClickGuard {
  readonly #host: HTMLElement;
  readonly #observer: IntersectionObserver;
  #card: HTMLElement | null = null;
  #place = "";
  #isObserving = false;
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the browser reports that nothing covers the card; `null` if it cannot tell. */
  #isVisible: boolean | null = false;
  #frame = 0;

  constructor(host: HTMLElement, root: ShadowRoot, onRefused: () => void, signal: AbortSignal) {
    this.#host = host;
    const options: VisibilityOptions = { trackVisibility: true, delay: VISIBILITY_DELAY_MS };
    this.#observer = new IntersectionObserver((entries) => this.#onVisibility(entries), options);
    const onClick = (event: Event): void => {
      const card = this.#card;
      if (!card || !event.composedPath().includes(card)) return;
      if (event.isTrusted && this.#isSeen && !this.#isUnderTopLayer(card)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!event.isTrusted) return;
      // What was opened last lies on top, so that the rep sees the card before the next click.
      if (this.#isVisible === false || this.#isUnderTopLayer(card)) this.raise();
      onRefused();
    };
    root.addEventListener("click", onClick, { capture: true, signal });
    // Where the browser cannot tell what covers the card, this at least notices what has been there before the click.
    const onMove = (): void => {
      if (this.#isVisible === null && this.#card && this.#isUnderTopLayer(this.#card)) this.#restart();
    };
    root.addEventListener("pointermove", onMove, { signal, passive: true });
    this.#pauseWhileTyping(signal);
    signal.addEventListener("abort", () => this.watch(null));
  }

  /**
   * A browser that has to report what covers the card delays a frame every 100 ms, which the rep would notice in the keys. Nobody types
   * and clicks at once, and no click counts before the next report.
   */
  #pauseWhileTyping(signal: AbortSignal): void {
    const resume = (): void => {
      clearTimeout(this.#restTimer);
      this.#observe();
    };
    const pause = ({ isTrusted }: Event): void => {
      if (!isTrusted) return;
      clearTimeout(this.#restTimer);
      this.#restTimer = setTimeout(resume, KEYS_REST_MS);
      if (this.#isObserving) this.#stopObserving();
    };
    document.addEventListener("beforeinput", pause, { signal, capture: true, passive: true });
    for (const type of ["pointermove", "pointerdown", "focusin"]) {
      document.addEventListener(type, resume, { signal, capture: true, passive: true });
    }
    signal.addEventListener("abort", () => clearTimeout(this.#restTimer));
  }

  #observe(): void {
    if (!this.#card || this.#isObserving) return;
    this.#isObserving = true;
    this.#observer.observe(this.#card);
  }

  /** Until the browser reports again, nothing is known of what covers the card. */
  #stopObserving(): void {
    this.#observer.disconnect();
    this.#isObserving = false;
    this.#isVisible = false;
    this.#restart();
  }

  /** The card that is shown now, after it was placed. `scene` differs when it shows something else altogether. */
  watch(card: HTMLElement | null, scene = ""): void {
    const place = card ? `${card.style.left} ${card.style.top} ${scene}` : "";
    if (card === this.#card && place === this.#place) return;
    this.#place = place;
    if (card !== this.#card) {
      this.#card = card;
      this.#stopObserving();
      this.#observe();
    }
    this.#restart();
  }

  /** Puts the card above everything that the page has opened. */
  raise(): void {
    if (this.#host.matches(":popover-open")) this.#host.hidePopover();
    this.#host.showPopover();
    this.#restart();
  }

  get #isSeen(): boolean {
    return this.#card?.dataset["seen"] === "true";
  }

  #onVisibility(entries: VisibilityEntry[]): void {
    this.#isVisible = entries.at(-1)?.isVisible ?? null;
    this.#restart();
  }

  /** Counts frames rather than time: a card that is not painted is not seen. */
  #restart(): void {
    cancelAnimationFrame(this.#frame);
    const card = this.#card;
    if (!card) return;
    card.dataset["seen"] = "false";
    if (this.#isVisible === false) return;
    let start: number | null = null;
    const next = (now: number): void => {
      start ??= now;
      if (now - start < SEEN_MS) this.#frame = requestAnimationFrame(next);
      else card.dataset["seen"] = "true";
    };
    this.#frame = requestAnimationFrame(next);
  }

  /** Whether something of the page's may lie over the card. Only what is in the top layer can, where the card is too. */
  #isUnderTopLayer(card: HTMLElement): boolean {
    if (!this.#host.matches(":popover-open")) return true;
    if (this.#isVisible !== null) return false;
    const box = card.getBoundingClientRect();
    return [...document.querySelectorAll(":popover-open, :modal, :fullscreen")]
      .filter((other) => other !== this.#host)
      .flatMap((other) => [other, ...other.querySelectorAll("*")])
      .some((element) => overlap(element.getBoundingClientRect(), box));
  }
}
