import type { Surface } from "../../shared/wire.js";

/** A composer that was recognised beyond doubt. */
export interface Found {
  adapter: "linkedin" | "x";
  layout: string;
  surface: Surface;
  editor: HTMLElement;
  /** The dialog or form around the editor; a submit control is looked for nowhere else. */
  container: HTMLElement;
  /** Observed, never pressed. `null` where no control can be told apart safely. */
  submit: string | null;
  /** Below "high", Copy is the only action. */
  confidence: "high" | "medium";
}

export interface Site {
  hosts: readonly string[];
  /** The composer that holds `active`, the element with the focus, or `null`. */
  find: (active: Element) => Found | null;
}

export function isVisible(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true });
}

export const isEditable = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement && (element.isContentEditable || element instanceof HTMLTextAreaElement);
