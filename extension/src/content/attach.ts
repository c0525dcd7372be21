/** Attaches a session to a composer. One abort signal ends everything that is set up here. */
import type { Access } from "../draft/state.js";
import type { Surface } from "../shared/wire.js";
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
  /** With the event if it is a scroll event. */
  onMove: (event?: Event) => void;
  /** The composer has left the page. */
  onRemoved: (attachment: Attachment) => void;
  /** The rep has posted the text, as this surface. Returns the key of the question about it, or `null` where no link to the post is
   * needed. */
  onPosted: (session: Session, text: string, surface: Surface) => string | null;
  /** The site has shown the link to it. */
  onLink: (key: string, link: string) => void;
}

/** Assesses a text, and checks its spelling, as what it is by now: a post may have become a long one. */
export function clientFor({ assessAs }: Pick<Composer, "assessAs">, client: AssessmentClient): AssessmentClient {
  if (!assessAs) return client;
  const { assess, grammar } = client;
  return {
    ...client,
    assess: (draft, _surface, text, readAnyway) => assess(draft, assessAs(text), text, readAnyway),
    ...(grammar && { grammar: (draft, text) => grammar(draft, text, assessAs(text)) }),
  };
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
    onPosted: (text, surface) => {
      void session.dispatch({ type: "posted", text });
      // What is written next in this editor is a new draft.
      void session.dispatch({ type: "chosen", action: { do: "discard-wording" } });
      question = options.onPosted(session, text, surface);
      return question !== null;
    },
    onLink: (link) => question !== null && options.onLink(question, link),
  });
  return attachment;
}
