/** The kept drafts, with a search over their words. */

import { useState } from "preact/hooks";
import { getCountMessage, getMessage } from "../shared/messages.js";
import type { Desk } from "./desk.js";
import { firstWords, type KeptText, type KeptTexts, MAX_KEPT, search } from "./kept-texts.js";

interface DraftListProps {
  drafts: KeptTexts;
  desk: Desk;
  open: (draft: KeptText) => void;
  remove: (draft: KeptText) => void;
}

export const describeMoment = (at: number): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

export function DraftList({ drafts, desk, open, remove }: DraftListProps) {
  const [query, setQuery] = useState("");
  const all = drafts.all();
  const found = search(all, query);
  return (
    <>
      {all.length > 0 && (
        <div class="write-search">
          <label for="write-search">{getMessage("write_search")}</label>
          <input
            id="write-search"
            type="search"
            value={query}
            aria-describedby="write-found"
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
          <span id="write-found" role="status">
            {query.trim() !== "" && getCountMessage("write_found", found.length)}
          </span>
        </div>
      )}
      {all.length === 0 && <p class="write-nothing">{getMessage("write_drafts_none")}</p>}
      {found.length > 0 && (
        <ul class="write-list" aria-label={getCountMessage("write_drafts", all.length)}>
          {found.map((draft) => (
            <DraftItem key={draft.id} draft={draft} desk={desk} open={open} remove={remove} />
          ))}
        </ul>
      )}
      <p class="write-hint">{getMessage("write_drafts_hint", { limit: MAX_KEPT })}</p>
    </>
  );
}

function DraftItem({ draft, desk, open, remove }: Omit<DraftListProps, "drafts"> & { draft: KeptText }) {
  const words = firstWords(draft.text);
  const isOpen = draft.id === desk.current;
  return (
    <li>
      <button
        type="button"
        class="write-open"
        disabled={desk.hasUnkept}
        aria-current={isOpen ? "true" : undefined}
        onClick={() => open(draft)}
      >
        <span class="write-words" dir="auto">
          {words}
        </span>
        <span class="write-facts">
          {getMessage(`surface_${draft.surface}`)} · {getMessage("write_changed_at", { at: describeMoment(draft.at) })}
          {isOpen && ` · ${getMessage("write_is_open")}`}
        </span>
      </button>
      <button
        type="button"
        class="write-small"
        aria-label={getMessage("write_delete_draft", { words })}
        onClick={() => remove(draft)}
      >
        {getMessage("write_delete")}
      </button>
    </li>
  );
}
