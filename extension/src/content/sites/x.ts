/** X's composers: posts, replies, quotes and threads, on wide and on small screens. */
import type { Surface } from "../../shared/wire.js";
import { engineOf } from "../editors/editor.js";
import {
  type Adapter,
  CONTRACT,
  confidenceIn,
  isEditable,
  isField,
  isInSight,
  type Selector,
  type Site,
  type UnreadableComposer,
} from "./site.js";
import { readX } from "./x-profile.js";

const EDITOR: Selector = {
  css: '[data-testid^="tweetTextarea_"]',
  captured: "2026-09",
  source: "insin/control-panel-for-twitter; fullselfbrowsing/FSB #121, #129",
  confidence: "high",
};
/** `tweetTextarea_0`, `_1`, ... of a thread; not `tweetTextarea_0_label` and other containers. */
const EDITOR_NAME = /^tweetTextarea_\d+$/;
/** The element with the test id is the editor itself or, in some layouts, around it. */
const INNER = '[contenteditable="true"]';
const MOBILE_EDITOR: Selector = {
  css: 'div[data-testid^="tweetTextarea"] textarea',
  captured: "2026-08",
  source: "insin/control-panel-for-twitter",
  confidence: "medium",
};
const SUBMIT: Selector = {
  css: '[data-testid="tweetButton"], [data-testid="tweetButtonInline"]',
  captured: "2026-08",
  source: "insin/control-panel-for-twitter",
  confidence: "high",
};
/** Direct messages have test ids of their own. Unverified, like the second path below; but both only keep the coach away. */
const MESSAGES: Selector = {
  css: '[data-testid^="dm" i]',
  captured: "2026-11",
  source: "inferred from the names of X's message boxes",
  confidence: "medium",
};
const MESSAGE_PATHS = /^\/(messages|i\/chat)(\/|$)/;
/** In the notice after a post, as people describe it. Without it the rep is asked for the link. */
const PUBLISHED: Selector = {
  css: '[data-testid="toast"] a[href*="/status/"]',
  captured: "2026-11",
  source: "described by people who post; no project's source names it",
  confidence: "low",
};
/** The form is the nearest ancestor that also contains the button, at most this many levels up. */
const MAX_CLIMB = 20;

const isMessage = (element: Element): boolean =>
  MESSAGE_PATHS.test(location.pathname) || element.closest(MESSAGES.css) !== null;

function webEditor(active: Element): Element | null {
  const marked = active.closest<HTMLElement>(EDITOR.css);
  if (!marked || !EDITOR_NAME.test(marked.dataset["testid"] ?? "")) return null;
  const editor = marked.matches(INNER) ? marked : marked.querySelector(INNER);
  return editor?.contains(active) ? editor : null;
}

function form(editor: Element): HTMLElement | null {
  let box = editor.parentElement;
  for (let climbed = 0; box && climbed < MAX_CLIMB; climbed += 1, box = box.parentElement) {
    if (box.querySelector(SUBMIT.css)) return box;
  }
  return null;
}

/** A quote's dialog shows the quoted post too, but not as an article. */
function surfaceOf(editor: Element): Surface {
  const dialog = editor.closest('[role="dialog"]');
  const reply = dialog
    ? dialog.querySelector('article[data-testid="tweet"]') !== null
    : /\/status\/\d+/.test(location.pathname);
  return reply ? "x-reply" : "x-post";
}

function adapter({
  layout,
  fixture,
  selector,
  editorOf,
}: Pick<Adapter, "layout" | "fixture"> & {
  selector: Selector;
  editorOf: (active: Element) => Element | null;
}): Adapter {
  return {
    contract: CONTRACT,
    name: "x",
    layout,
    fixture,
    find(active) {
      const editor = editorOf(active);
      if (!isEditable(editor) || !isInSight(editor) || isMessage(editor)) return null;
      const container = form(editor);
      if (!container) return null;
      return {
        adapter: "x",
        layout,
        surface: surfaceOf(editor),
        editor,
        container,
        submit: SUBMIT.css,
        confidence: confidenceIn([selector, SUBMIT], engineOf(editor)),
      };
    },
  };
}

const ADAPTERS: readonly Adapter[] = [
  adapter({ layout: "web", fixture: "x-places.html", selector: EDITOR, editorOf: webEditor }),
  adapter({
    layout: "mobile",
    fixture: "x-mobile.html",
    selector: MOBILE_EDITOR,
    editorOf: (active) => (active.matches(MOBILE_EDITOR.css) ? active : null),
  }),
];

function findUnreadable(active: Element): UnreadableComposer | null {
  if (!(active instanceof HTMLElement) || isField(active) || !isInSight(active) || isMessage(active)) return null;
  const container = form(active);
  if (!container) return null;
  const known = [...container.querySelectorAll("[contenteditable], textarea")].some((other) =>
    ADAPTERS.some(({ find }) => find(other) !== null),
  );
  return known ? null : { adapter: "x", surface: surfaceOf(active), editor: active, container };
}

export const x: Site = {
  hosts: ["x.com", "twitter.com"],
  adapters: ADAPTERS,
  findUnreadable,
  publishedLink: PUBLISHED.css,
  readOwnProfile: readX,
};
