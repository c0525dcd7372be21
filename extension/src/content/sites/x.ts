/** X's composers: posts, replies, quotes and threads, on wide and on small screens. */
import type { Surface } from "../../shared/wire.js";
import { engineOf } from "../editors/editor.js";
import { isLongerThanPost } from "../text/x-length.js";
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
/** The body of an article; its title is a field of its own, and is not read. */
const ARTICLE_EDITOR: Selector = {
  css: '[data-testid="composer"][contenteditable="true"]',
  captured: "2026",
  source: "scripts of several projects that open /compose/articles; none names the engine",
  confidence: "low",
};
const ARTICLE_PATH = /^\/compose\/articles?(\/|$)/;
/** Direct messages have test ids of their own. Unverified, like the second path below, but both can only rule an editor out. */
const MESSAGES: Selector = {
  css: '[data-testid^="dm" i]',
  captured: "2026-11",
  source: "inferred from the names of X's message boxes",
  confidence: "medium",
};
const MESSAGE_PATHS = /^\/(messages|i\/chat)(\/|$)/;
/** In the notice after posting, as people describe it. If it is missing, the rep is asked for the link. */
const PUBLISHED: Selector = {
  css: '[data-testid="toast"] a[href*="/status/"]',
  captured: "2026-11",
  source: "described by people who post; no project's source names it",
  confidence: "low",
};
/** The form is the nearest ancestor that also contains the button, at most this many levels up. */
const MAX_ANCESTORS = 20;

const isMessage = (element: Element): boolean =>
  MESSAGE_PATHS.test(location.pathname) || element.closest(MESSAGES.css) !== null;

function webEditor(active: Element): Element | null {
  const withTestId = active.closest<HTMLElement>(EDITOR.css);
  if (!withTestId || !EDITOR_NAME.test(withTestId.dataset["testid"] ?? "")) return null;
  const editor = withTestId.matches(INNER) ? withTestId : withTestId.querySelector(INNER);
  return editor?.contains(active) ? editor : null;
}

function findForm(editor: Element): HTMLElement | null {
  let box = editor.parentElement;
  for (let level = 0; box && level < MAX_ANCESTORS; level += 1, box = box.parentElement) {
    if (box.querySelector(SUBMIT.css)) return box;
  }
  return null;
}

/** The dialog of a quote also shows the quoted post, but not as an article. */
function surfaceOf(editor: Element): Surface {
  const dialog = editor.closest('[role="dialog"]');
  const isReply = dialog
    ? dialog.querySelector('article[data-testid="tweet"]') !== null
    : /\/status\/\d+/.test(location.pathname);
  return isReply ? "x-reply" : "x-post";
}

/** X lets some accounts post more than 280 characters. Whether this one may shows only once the text is longer: the button works. */
const isLongPost = (text: string, form: Element): boolean =>
  isLongerThanPost(text) &&
  [...form.querySelectorAll(SUBMIT.css)].some((button) => !button.matches(':disabled, [aria-disabled="true"]'));

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
      const container = findForm(editor);
      if (!container) return null;
      const surface = surfaceOf(editor);
      return {
        adapter: "x",
        layout,
        surface,
        assessAs: (text) => (isLongPost(text, container) ? "long-form" : surface),
        editor,
        container,
        submit: SUBMIT.css,
        confidence: confidenceIn([selector, SUBMIT], engineOf(editor)),
      };
    },
  };
}

const ARTICLE: Adapter = {
  contract: CONTRACT,
  name: "x",
  layout: "article",
  fixture: "x-article.html",
  find(active) {
    const editor = ARTICLE_PATH.test(location.pathname) ? active.closest(ARTICLE_EDITOR.css) : null;
    if (!isEditable(editor) || !isInSight(editor) || isMessage(editor)) return null;
    return {
      adapter: "x",
      layout: "article",
      surface: "long-form",
      editor,
      container: editor,
      // Articles have no score, so they do not count toward credit.
      submit: null,
      confidence: confidenceIn([ARTICLE_EDITOR], engineOf(editor)),
    };
  },
};

const ADAPTERS: readonly Adapter[] = [
  adapter({ layout: "web", fixture: "x-places.html", selector: EDITOR, editorOf: webEditor }),
  adapter({
    layout: "mobile",
    fixture: "x-mobile.html",
    selector: MOBILE_EDITOR,
    editorOf: (active) => (active.matches(MOBILE_EDITOR.css) ? active : null),
  }),
  ARTICLE,
];

function findUnreadable(active: Element): UnreadableComposer | null {
  if (!(active instanceof HTMLElement) || isField(active) || !isInSight(active) || isMessage(active)) return null;
  const container = findForm(active);
  if (!container) return null;
  const isReadable = [...container.querySelectorAll("[contenteditable], textarea")].some((other) =>
    ADAPTERS.some(({ find }) => find(other) !== null),
  );
  return isReadable ? null : { adapter: "x", surface: surfaceOf(active), editor: active, container };
}

export const x: Site = {
  hosts: ["x.com", "twitter.com"],
  adapters: ADAPTERS,
  findUnreadable,
  publishedLink: PUBLISHED.css,
  readOwnProfile: readX,
};
