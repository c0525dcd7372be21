/** LinkedIn's composers, in each of the layouts that it serves side by side, depending on account and page. */
import type { Surface } from "../../shared/wire.js";
import { engineOf } from "../editors/editor.js";
import { readLinkedIn } from "./linkedin-profile.js";
import {
  type Adapter,
  CONTRACT,
  type Composer,
  confidenceIn,
  isEditable,
  isField,
  isInSight,
  isVisible,
  type Selector,
  type Site,
  type UnreadableComposer,
} from "./site.js";

const INTEROP_HOST: Selector = {
  css: '#interop-outlet[data-testid="interop-shadowdom"]',
  captured: "2026-09-23",
  source: "VladyTipler/linkedin-beacon; webbrain-one/webbrain #461; lbildzinkas/jobfit-jev; Briskine's tests",
  confidence: "high",
};
const INTEROP_FRAME: Selector = {
  css: 'iframe[data-testid="interop-iframe"][src*="/preload/"]',
  captured: "2026",
  source: "reports of several projects, by account and page",
  confidence: "high",
};
const SHARE_DIALOG: Selector = {
  css: '[data-test-modal-id="sharebox"][role="dialog"]',
  captured: "2026-06-26",
  source: "VladyTipler/linkedin-beacon and one more extension",
  confidence: "high",
};
const CLASSIC_SHARE_BOX: Selector = {
  css: ".share-creation-state, .share-box",
  captured: "2026-07",
  source: "opencues/opencues",
  confidence: "medium",
};
const SHARE_EDITOR: Selector = {
  css: '.ql-editor[contenteditable="true"][data-test-ql-editor-contenteditable="true"]',
  captured: "2026-06-26",
  source: "VladyTipler/linkedin-beacon and three more extensions",
  confidence: "high",
};
const POST_BUTTON: Selector = {
  css: "button.share-actions__primary-action",
  captured: "2026-06-26",
  source: "VladyTipler/linkedin-beacon and two more extensions",
  confidence: "high",
};
const COMMENT_WRAPPER: Selector = {
  css: '[data-testid="ui-core-tiptap-text-editor-wrapper"]',
  captured: "2026-06-26",
  source: "VladyTipler/linkedin-beacon; EngageKit",
  confidence: "high",
};
const COMMENT_EDITOR: Selector = {
  css: '.ProseMirror[contenteditable="true"][role="textbox"]',
  captured: "2026-06-26",
  source: "VladyTipler/linkedin-beacon; EngageKit",
  confidence: "high",
};
const COMMENT_CONTAINER: Selector = {
  css: '[data-view-name="comment-box"], [componentkey^="commentBox-"]',
  captured: "2026-04",
  source: "EngageKit and one more extension",
  confidence: "medium",
};
const CLASSIC_COMMENT_BOX: Selector = {
  css: ".comments-comment-box, .comments-comment-texteditor",
  captured: "2026-07",
  source: "opencues/opencues; openclaw's notes",
  confidence: "medium",
};
const CLASSIC_COMMENT_EDITOR: Selector = {
  css: '.ql-editor[contenteditable="true"]',
  captured: "2026-07",
  source: "opencues/opencues; openclaw's notes",
  confidence: "medium",
};
/** Of articles and newsletters, which share an editor. The page has no other rich editor outside of a dialog. */
const ARTICLE_EDITOR: Selector = {
  css: ':is(.ProseMirror[role="textbox"], [data-test-article-editor-content-textbox])[contenteditable="true"]',
  captured: "2026",
  source: "pepperonas/chrome-on-steroids; scripts of several projects that open /article/new/",
  confidence: "low",
};
const ARTICLE_PATH = /^\/article\/(new|edit)(\/|$)/;
const DIALOG = '[role="dialog"], dialog';
/** Private messages are never read: the path or any of these rules an editor out. */
const MESSAGES: Selector = {
  css: '[class*="msg-form"], [class*="msg-overlay"]',
  captured: "2026-07",
  source: "Briskine; opencues/opencues",
  confidence: "high",
};

/** In the notice after posting, as people describe it. If it is missing, the rep is asked for the link. */
const PUBLISHED: Selector = {
  css: ':is(.artdeco-toast-item, [data-test-artdeco-toast-item-type], [role="alert"]) a[href*="/feed/update/"]',
  captured: "2026-11",
  source: "described by people who post; no project's source names it",
  confidence: "low",
};

/** How to recognise one kind of composer in a layout. */
interface ComposerPattern {
  surface: Surface;
  /** The host of the open shadow root that the editor is in; without one it is in the document itself. */
  host?: Selector;
  editor: Selector;
  box: Selector;
  /** Around the box. It can only rule a composer out, so it does not lower the confidence. */
  around?: Selector;
  submit?: Selector;
}

const SDUI: readonly ComposerPattern[] = [
  { surface: "linkedin-post", host: INTEROP_HOST, editor: SHARE_EDITOR, box: SHARE_DIALOG, submit: POST_BUTTON },
  { surface: "linkedin-comment", editor: COMMENT_EDITOR, box: COMMENT_WRAPPER, around: COMMENT_CONTAINER },
];
const CLASSIC: readonly ComposerPattern[] = [
  { surface: "linkedin-post", editor: SHARE_EDITOR, box: CLASSIC_SHARE_BOX, submit: POST_BUTTON },
  { surface: "linkedin-comment", editor: CLASSIC_COMMENT_EDITOR, box: CLASSIC_COMMENT_BOX },
];

const isTop = (): boolean => window === window.top;

/** A similar frame stays hidden, with an editor that nobody writes in. */
const isInteropFrame = (): boolean =>
  window.frameElement?.matches(INTEROP_FRAME.css) === true && isInSight(window.frameElement);

const isMessage = (element: Element): boolean =>
  location.pathname.startsWith("/messaging") || element.closest(MESSAGES.css) !== null;

const hostOf = (element: Element): Element | null => {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
};

const isInsideHost = (host: Element | null, expected: Selector | undefined): boolean =>
  expected ? host?.matches(expected.css) === true : host === null;

function boxOf({ box, around }: ComposerPattern, editor: Element): HTMLElement | null {
  const container = editor.closest<HTMLElement>(box.css);
  return around && container ? container.closest<HTMLElement>(around.css) : container;
}

function adapter({
  layout,
  fixture,
  isHere,
  patterns,
}: Pick<Adapter, "layout" | "fixture"> & { isHere: () => boolean; patterns: readonly ComposerPattern[] }): Adapter {
  const findBy = (pattern: ComposerPattern, active: Element): Composer | null => {
    const editor = active.closest(pattern.editor.css);
    if (!isEditable(editor) || !isInSight(editor) || isMessage(editor)) return null;
    if (!isInsideHost(hostOf(editor), pattern.host)) return null;
    const container = boxOf(pattern, editor);
    if (!container || !isVisible(container)) return null;
    return {
      adapter: "linkedin",
      layout,
      surface: pattern.surface,
      editor,
      container,
      submit: pattern.submit?.css ?? null,
      confidence: confidenceIn([pattern.editor, pattern.box], engineOf(editor)),
    };
  };
  return {
    contract: CONTRACT,
    name: "linkedin",
    layout,
    fixture,
    find: (active) =>
      isHere() ? (patterns.map((pattern) => findBy(pattern, active)).find((composer) => composer !== null) ?? null) : null,
  };
}

/** The title is a field of its own, and is not read. */
const ARTICLE: Adapter = {
  contract: CONTRACT,
  name: "linkedin",
  layout: "article",
  fixture: "linkedin-article.html",
  find(active) {
    if (!isTop() || !ARTICLE_PATH.test(location.pathname)) return null;
    const editor = active.closest(ARTICLE_EDITOR.css);
    if (!isEditable(editor) || !isInSight(editor) || isMessage(editor) || editor.closest(DIALOG)) return null;
    return {
      adapter: "linkedin",
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
  adapter({ layout: "sdui", fixture: "linkedin.html", isHere: isTop, patterns: SDUI }),
  adapter({ layout: "classic", fixture: "linkedin-classic.html", isHere: isTop, patterns: CLASSIC }),
  adapter({ layout: "framed", fixture: "linkedin-framed.html", isHere: isInteropFrame, patterns: CLASSIC }),
  ARTICLE,
];

function findUnreadable(active: Element): UnreadableComposer | null {
  if (!(active instanceof HTMLElement) || isField(active) || !isInSight(active) || isMessage(active)) return null;
  if (!isTop() && !(window.frameElement && isInSight(window.frameElement))) return null;
  for (const { surface, box, around } of [...SDUI, ...CLASSIC]) {
    const container = active.closest<HTMLElement>(around?.css ?? box.css);
    if (!container) continue;
    const isReadable = [...container.querySelectorAll("[contenteditable]")].some((other) =>
      ADAPTERS.some(({ find }) => find(other) !== null),
    );
    return isReadable ? null : { adapter: "linkedin", surface, editor: active, container };
  }
  return null;
}

export const linkedin: Site = {
  hosts: ["www.linkedin.com"],
  adapters: ADAPTERS,
  findUnreadable,
  publishedLink: PUBLISHED.css,
  readOwnProfile: readLinkedIn,
};
