/**
 * What an adapter promises: one for each site and layout. It says where the rep writes, what surface that is, which
 * control sends it (observed, never pressed) and how sure it is. How the editor there is read, selected in and written
 * to is its engine's matter (`editors/editor.ts`).
 */
import type { AdapterName, Surface } from "../../shared/wire.js";
import type { Engine } from "../editors/editor.js";
import type { ReadProfile } from "./profile.js";

/** Raised when the promise changes; an adapter that was not looked at again does not compile then. */
export const CONTRACT = 1;

export type Confidence = "high" | "medium" | "low";

/** A selector and what is known of it. Nobody here has seen it on a live page. */
export interface Selector {
  css: string;
  /** When it was last reported, as exactly as the report tells. */
  captured: string;
  source: string;
  confidence: Confidence;
}

/** A composer that was recognised beyond doubt. */
export interface Composer {
  adapter: AdapterName;
  layout: string;
  surface: Surface;
  editor: HTMLElement;
  /** The dialog or form around the editor; a submit control is looked for nowhere else. */
  container: HTMLElement;
  /** Observed, never pressed. `null` where no control can be told apart safely. */
  submit: string | null;
  /** Below "high", Copy is the only action. */
  confidence: Confidence;
}

/** Where the rep writes though no adapter may read: the site has changed, or the layout was switched off. */
export type UnreadableComposer = Pick<Composer, "adapter" | "surface" | "editor" | "container">;

export interface Adapter {
  contract: typeof CONTRACT;
  name: AdapterName;
  layout: string;
  /** The synthetic page in `tests/browser/pages` that was built after the reports. */
  fixture: string;
  /** The composer that holds `active`, the element with the focus, or `null`. */
  find: (active: Element) => Composer | null;
}

export interface Site {
  hosts: readonly string[];
  /** The link to what was just published, where the site shows one of its own accord. */
  publishedLink: string;
  /** Reads the rep's own profile, on their click and where the page is theirs beyond doubt. */
  readOwnProfile: ReadProfile;
  adapters: readonly Adapter[];
  /** Asked where `find` of every adapter has failed; `null` wherever it is not sure that a post or comment is written. */
  findUnreadable: (active: Element) => UnreadableComposer | null;
}

export function findComposer(site: Site, active: Element): Composer | null {
  for (const adapter of site.adapters) {
    const found = adapter.find(active);
    if (found) return found;
  }
  return null;
}

/** As sure as the least sure of `selectors`; an engine that nobody has measured makes it worse than any. */
export function confidenceIn(selectors: readonly Selector[], engine: Engine): Confidence {
  if (engine === "lexical") return "low";
  return (["low", "medium"] as const).find((level) => selectors.some(({ confidence }) => confidence === level)) ?? "high";
}

export function isVisible(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

/** Whether a person can see it: nothing hidden, nothing moved to where no scrolling leads. */
export function isInSight(element: Element): boolean {
  const { right, bottom } = element.getBoundingClientRect();
  return isVisible(element) && right + scrollX > 0 && bottom + scrollY > 0;
}

export const isEditable = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement && (element.isContentEditable || element instanceof HTMLTextAreaElement);

/** Search fields and the like stand in many a composer. They are not what is written there. */
export const isField = (element: Element): boolean => element.matches("input, textarea, select");
