/** What the rep keeps in this browser, above the editor: the drafts and the ideas, each in a list that opens on a click. */
import { useEffect, useRef, useState } from "preact/hooks";
import { getCountMessage, getMessage } from "../shared/messages.js";
import type { Desk } from "./desk.js";
import { DraftList } from "./draft-list.js";
import { IdeaBox } from "./idea-box.js";
import { firstWords, type KeptText, type KeptTexts, type Kind, MAX_KEPT } from "./kept-texts.js";

export interface ShelfProps {
  drafts: KeptTexts;
  ideas: KeptTexts;
  desk: Desk;
}

/** The text that was deleted last, until something else is opened or deleted. */
interface Deleted {
  kind: Kind;
  kept: KeptText;
  wasOpen: boolean;
}

export function Shelf({ drafts, ideas, desk }: ShelfProps) {
  const [shown, setShown] = useState<Kind | null>(null);
  const [deleted, setDeleted] = useState<Deleted | null>(null);
  const undoButton = useRef<HTMLButtonElement>(null);
  // The button that had the focus is gone with its text.
  useEffect(() => {
    if (deleted) undoButton.current?.focus();
  }, [deleted]);
  const storeOf = (kind: Kind): KeptTexts => (kind === "draft" ? drafts : ideas);

  const open = (draft: KeptText): void => {
    setShown(null);
    setDeleted(null);
    desk.open(draft);
  };
  const remove = (kind: Kind, kept: KeptText): void => {
    const wasOpen = kind === "draft" && kept.id === desk.current;
    if (wasOpen) desk.start();
    storeOf(kind).delete(kept.id);
    setDeleted({ kind, kept, wasOpen });
  };
  const undo = ({ kind, kept, wasOpen }: Deleted): void => {
    if (!storeOf(kind).keep(kept)) return;
    setDeleted(null);
    document.getElementById("write-kept")?.focus();
    // Unless the rep has begun another one since.
    if (wasOpen && drafts.get(desk.current) === null && !desk.hasUnkept) desk.open(kept);
  };
  /** Once the draft is kept, the idea is no longer one. */
  const write = (idea: KeptText): void => {
    const draft = { ...idea, id: crypto.randomUUID(), surface: desk.surface, at: Date.now() };
    if (!drafts.keep(draft)) return;
    ideas.delete(idea.id);
    open(draft);
  };
  const toggle = (kind: Kind, label: string) => (
    <button
      type="button"
      class="write-toggle"
      aria-expanded={shown === kind}
      aria-controls="write-kept"
      onClick={() => {
        setShown(shown === kind ? null : kind);
        setDeleted(null);
      }}
    >
      {label}
    </button>
  );

  return (
    <section class="write-shelf" aria-label={getMessage("write_kept")}>
      <div class="write-shelf-bar">
        <button type="button" disabled={desk.hasUnkept || drafts.isFull} onClick={() => desk.start()}>
          {getMessage("write_new")}
        </button>
        {toggle("draft", getCountMessage("write_drafts", drafts.all().length))}
        {toggle("idea", getCountMessage("write_ideas", ideas.all().length))}
        <span class="write-shelf-note">{getMessage("write_kept_here")}</span>
      </div>
      {drafts.isFull && <p class="write-shelf-full">{getMessage("write_drafts_full", { limit: MAX_KEPT })}</p>}
      <div id="write-kept" class="write-kept" tabIndex={-1} hidden={shown === null}>
        {shown === "draft" && <DraftList drafts={drafts} desk={desk} open={open} remove={(draft) => remove("draft", draft)} />}
        {shown === "idea" && (
          <IdeaBox ideas={ideas} desk={desk} isFull={drafts.isFull} write={write} remove={(idea) => remove("idea", idea)} />
        )}
        <p class="write-undo" role="status">
          {deleted && (
            <>
              <span>{getMessage("write_deleted", { words: firstWords(deleted.kept.text) })}</span>
              <button type="button" ref={undoButton} onClick={() => undo(deleted)}>
                {getMessage("write_undo")}
              </button>
            </>
          )}
        </p>
      </div>
    </section>
  );
}
