/**
 * The contract of an adapter; there is one for each site and layout. It finds where the rep writes, which surface that is, which
 * control submits it (observed, never clicked) and how certain all of this is. How an editor is read and written depends on its
 * engine (`editors/editor.ts`).
 */
import type { AdapterName, Surface } from "../../shared/wire.js";
import type { Engine } from "../editors/editor.js";
import type { ReadProfile } from "./profile.js";

/** Incremented when the contract changes, so that an adapter does not compile until it has been reviewed. */
export const CONTRACT = 1;

export type Confidence = "high" | "medium" | "low";

/** A selector and what is known about it. None was verified on a live page. */
export interface Selector {
  css: string;
  /** When it was last reported, as exactly as the report says. */
  captured: string;
  source: string;
  confidence: Confidence;
}

/** A composer that was recognised beyond doubt. */
export interface Composer {
  adapter: AdapterName;
  layout: string;
  surface: Surface;
  /** As what this text is assessed, where that depends on the text; otherwise as `surface`. */
  assessAs?: (text: string) => Surface;
  editor: HTMLElement;
  /** The dialog or form around the editor; the submit control is looked for only in it. */
  container: HTMLElement;
  /** Selector of the submit control. `null` where none can be identified safely. */
  submit: string | null;
  /** Below "high", Copy is the only action. */
  confidence: Confidence;
}

/** Where the rep writes but no adapter may read: the site has changed, or the layout is switched off. */
export type UnreadableComposer = Pick<Composer, "adapter" | "surface" | "editor" | "container">;

export interface Adapter {
  contract: typeof CONTRACT;
  name: AdapterName;
  layout: string;
  /** The synthetic page in `tests/browser/pages` that was built from the reports. */
  fixture: string;
  /** The composer around `active`, the element with the focus, or `null`. */
  find: (active: Element) => Composer | null;
}

export interface Site {
  hosts: readonly string[];
  /** Selector of the link to what was just published, which the site may show. */
  publishedLink: string;
  /** Reads the rep's own profile, on their click and only where the page is certainly theirs. */
  readOwnProfile: ReadProfile;
  adapters: readonly Adapter[];
  /** Called when no adapter finds a composer; `null` unless it is certain that a post or comment is being written. */
  findUnreadable: (active: Element) => UnreadableComposer | null;
}

export function findComposer(site: Site, active: Element): Composer | null {
  for (const adapter of site.adapters) {
    const composer = adapter.find(active);
    if (composer) return composer;
  }
  return null;
}

/** The lowest confidence of `selectors`; "low" for an engine that was never tested. */
export function confidenceIn(selectors: readonly Selector[], engine: Engine): Confidence {
  if (engine === "lexical") return "low";
  return (["low", "medium"] as const).find((level) => selectors.some(({ confidence }) => confidence === level)) ?? "high";
}

export function isVisible(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

/** Whether a person can see it: neither hidden nor positioned where it cannot be scrolled to. */
export function isInSight(element: Element): boolean {
  const { right, bottom } = element.getBoundingClientRect();
  return isVisible(element) && right + scrollX > 0 && bottom + scrollY > 0;
}

export const isEditable = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement && (element.isContentEditable || element instanceof HTMLTextAreaElement);

/** Search fields and the like are part of many composers; what is typed in them is not a draft. */
export const isField = (element: Element): boolean => element.matches("input, textarea, select");
