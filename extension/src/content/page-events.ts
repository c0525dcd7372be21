/** The page events that the extension listens to. Events that a script synthesised are ignored. */

export interface PageListener {
  onInput: (target: Element) => void;
  onNavigate: () => void;
  /** Returns whether Escape was handled, so that the site must not receive it. */
  onEscape: () => boolean;
  /** The default shortcuts, which the browser may not have assigned to the extension. */
  onShortcut: (command: "open-card" | "apply-tip") => void;
  onResize: () => void;
  onHide: () => void;
}

const SHORTCUTS: Readonly<Record<string, "open-card" | "apply-tip">> = { KeyR: "open-card", KeyA: "apply-tip" };

/** The innermost target of a trusted event, through open shadow roots. */
export const innermostTarget = (event: Event): Element | null => {
  const target = event.composedPath()[0];
  return event.isTrusted && target instanceof Element ? target : null;
};

export function listenInPage(listener: PageListener, signal: AbortSignal): void {
  const onInput = (event: Event): void => {
    const target = innermostTarget(event);
    if (target) listener.onInput(target);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (!event.isTrusted || event.isComposing) return;
    if (event.key === "Escape") {
      if (listener.onEscape()) consume(event);
      return;
    }
    const command = event.altKey && event.shiftKey ? SHORTCUTS[event.code] : undefined;
    if (!command) return;
    consume(event);
    listener.onShortcut(command);
  };
  document.addEventListener("input", onInput, { signal, capture: true });
  const { navigation } = window as { navigation?: EventTarget };
  navigation?.addEventListener("currententrychange", () => listener.onNavigate(), { signal });
  document.addEventListener("keydown", onKey, { signal, capture: true });
  window.addEventListener("resize", listener.onResize, { signal, passive: true });
  window.addEventListener("pagehide", () => listener.onHide(), { signal });
}

function consume(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** The element with the focus, through open shadow roots. */
export function deepActiveElement(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}
