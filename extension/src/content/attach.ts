/** Attaches a session to a composer. One abort signal ends everything that is set up here. */
import type { Access } from "../draft/state.js";
import type { AssessmentClient } from "./assessment-client.js";
import { Editor } from "./editors/editor.js";
import highlightsCss from "./paint/highlights.css";
import { adoptStyles } from "./paint/highlights.js";
import { Session } from "./session.js";
import { type Composer, isVisible } from "./sites/site.js";
import { watchPosting } from "./watch-posting.js";

export interface Attachment {
  composer: Composer;
  session: Session;
  lifetime: AbortController;
}

export interface AttachOptions {
  client: AssessmentClient;
  access: Access;
  underlines: boolean;
  publishedLink: string;
  pageSignal: AbortSignal;
  /** The view of this editor's draft has changed. */
  onChange: (editor: Editor) => void;
  onOpenTip: (tip: string) => void;
  onMove: () => void;
  /** The composer has left the page. */
  onRemoved: (attachment: Attachment) => void;
  /** The rep has posted the text. Returns the key of the question about it, or `null` where no link to the post is needed. */
  onPosted: (session: Session, text: string) => string | null;
  /** The site has shown the link to it. */
  onLink: (key: string, link: string) => void;
}

/** Assesses a text as what it is by now: a post may have become a long one. */
function clientFor({ assessAs }: Composer, client: AssessmentClient): AssessmentClient {
  if (!assessAs) return client;
  return { ...client, assess: (draft, _surface, text, readAnyway) => client.assess(draft, assessAs(text), text, readAnyway) };
}

export function attach(composer: Composer, options: AttachOptions): Attachment {
  const lifetime = new AbortController();
  const { signal } = lifetime;
  const editor = new Editor(composer.editor);
  const session = new Session({
    editor,
    surface: composer.surface,
    client: clientFor(composer, options.client),
    access: options.access,
    signal,
    underlines: options.underlines,
    canApply: composer.confidence === "high",
    onChange: () => options.onChange(editor),
    onOpenTip: options.onOpenTip,
  });
  const attachment = { composer, session, lifetime };
  const removeStyles = adoptStyles(editor.root, highlightsCss);
  // Fires when the editor's corner moves and, with a size of zero, when the editor has left the page.
  const resizes = new ResizeObserver(() => {
    if (composer.editor.isConnected && isVisible(composer.editor)) options.onMove();
    else options.onRemoved(attachment);
  });
  resizes.observe(composer.editor);
  signal.addEventListener("abort", () => {
    resizes.disconnect();
    removeStyles();
  });
  let question: string | null = null;
  watchPosting({
    composer,
    publishedLink: options.publishedLink,
    read: () => editor.read().text,
    signal,
    pageSignal: options.pageSignal,
    onPosted: (text) => {
      void session.dispatch({ type: "posted", text });
      // What is written next in this editor is a new draft.
      void session.dispatch({ type: "chosen", action: { do: "discard-wording" } });
      question = options.onPosted(session, text);
      return question !== null;
    },
    onLink: (link) => question !== null && options.onLink(question, link),
  });
  return attachment;
}
