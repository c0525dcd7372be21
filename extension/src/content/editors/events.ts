/** The editor events that a draft's session listens to. */
import type { Editor } from "./editor.js";

/** A key press changes the draft at once or, in editors that render it again, shortly after; a long paste or drop may take
 * seconds on a busy machine. */
const TYPING_MS = 1_000;
const PASTING_MS = 5_000;
const INPUT_MS = { beforeinput: TYPING_MS, keydown: TYPING_MS, paste: PASTING_MS, drop: PASTING_MS, click: 0 } as const;

export interface EditorListener {
  /** The tree or the value changed; the text may be the same. */
  onChange: () => void;
  /** The rep used the editor; changes within `durationMs` are the result. */
  onUserInput: (durationMs: number) => void;
  onCompositionStart: () => void;
  onCompositionEnd: () => void;
  onClick: (event: MouseEvent) => void;
  onSelectionChange: () => void;
}

/** Calls the listener until `signal` aborts, and keeps `editor.isComposing` up to date. */
export function listenToEditor(editor: Editor, listener: EditorListener, signal: AbortSignal): void {
  const { element } = editor;
  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    handler: (event: HTMLElementEventMap[K]) => void,
    capture = false,
  ): void => element.addEventListener(type, handler, { signal, capture });

  if (editor.hasTree) {
    const observer = new MutationObserver(() => listener.onChange());
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    signal.addEventListener("abort", () => observer.disconnect());
  } else listen("input", () => listener.onChange());

  // Not "input", which is trusted even if a script has called `execCommand`.
  for (const type of ["beforeinput", "keydown", "paste", "drop", "click"] as const) {
    listen(type, (event) => event.isTrusted && listener.onUserInput(INPUT_MS[type]), true);
  }

  const startComposition = (event: Event): void => {
    if (!event.isTrusted) return;
    editor.isComposing = true;
    listener.onCompositionStart();
  };
  listen("compositionstart", startComposition);
  listen("beforeinput", (event) => event.isComposing && startComposition(event), true);
  // Chromium's own event is not trusted. The effect of one that a page dispatches ends with the next character.
  listen("compositionend", () => {
    editor.isComposing = false;
    listener.onCompositionEnd();
  });

  listen("click", (event) => event.isTrusted && listener.onClick(event));
  document.addEventListener("selectionchange", () => listener.onSelectionChange(), { signal });
  element.addEventListener("focusout", () => queueMicrotask(() => listener.onSelectionChange()), { signal });
}
