/** What happens in an editor, as far as the draft has to know. */
import type { Editor } from "./editor.js";

/** A key changes the draft at once or, in editors that redraw it, soon after; a long paste or drop on a busy machine later. */
const TYPING_MS = 1_000;
const PASTING_MS = 5_000;
const INPUT_MS = { beforeinput: TYPING_MS, keydown: TYPING_MS, paste: PASTING_MS, drop: PASTING_MS, click: 0 } as const;

export interface EditorListener {
  /** The tree or the value changed; the text may be the same. */
  onChange: () => void;
  /** The rep uses the editor; changes in the next `lastsMs` come from that. */
  onUserInput: (lastsMs: number) => void;
  onCompositionEnd: () => void;
  onClick: (event: MouseEvent) => void;
  onSelectionChange: () => void;
}

/** Tells the listener until `signal` aborts, and keeps `editor.isComposing` up to date. */
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

  // Not "input": the browser trusts that one even where a script has called `execCommand`.
  for (const type of ["beforeinput", "keydown", "paste", "drop", "click"] as const) {
    listen(type, (event) => event.isTrusted && listener.onUserInput(INPUT_MS[type]), true);
  }

  const startComposition = (event: Event): void => {
    if (event.isTrusted) editor.isComposing = true;
  };
  listen("compositionstart", startComposition);
  listen("beforeinput", (event) => event.isComposing && startComposition(event), true);
  // Chromium's own end is not marked as trusted. One that a page fakes lasts until the next character.
  listen("compositionend", () => {
    editor.isComposing = false;
    listener.onCompositionEnd();
  });

  listen("click", (event) => event.isTrusted && listener.onClick(event));
  document.addEventListener("selectionchange", () => listener.onSelectionChange(), { signal });
  element.addEventListener("focusout", () => queueMicrotask(() => listener.onSelectionChange()), { signal });
}
