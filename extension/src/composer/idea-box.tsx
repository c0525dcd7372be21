/** Ideas: a line or two that the rep notes for later, and opens as a draft with one click. */

import { useState } from "preact/hooks";
import { getCountMessage, getMessage } from "../shared/messages.js";
import type { Desk } from "./desk.js";
import { describeMoment } from "./draft-list.js";
import { firstWords, type KeptText, type KeptTexts, MAX_KEPT } from "./kept-texts.js";

/** A line or two; what is longer is a draft. In UTF-16 code units. */
export const MAX_IDEA = 500;

interface IdeaBoxProps {
  ideas: KeptTexts;
  desk: Desk;
  /** Whether no further draft may be kept. */
  isFull: boolean;
  write: (idea: KeptText) => void;
  remove: (idea: KeptText) => void;
}

export function IdeaBox({ ideas, desk, isFull, write, remove }: IdeaBoxProps) {
  const [text, setText] = useState("");
  const [hasFailed, setFailed] = useState(false);
  const all = ideas.all();
  const save = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    const isKept = ideas.keep({ id: crypto.randomUUID(), surface: desk.surface, text: text.trim() });
    setFailed(!isKept);
    if (isKept) setText("");
  };
  return (
    <>
      <form class="write-idea" onSubmit={save}>
        <label for="write-idea">{getMessage("write_idea")}</label>
        <textarea
          id="write-idea"
          rows={2}
          maxLength={MAX_IDEA}
          dir="auto"
          value={text}
          aria-describedby="write-idea-limit"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <div class="write-idea-foot">
          <span id="write-idea-limit" class="write-hint">
            {getMessage(ideas.isFull ? "write_ideas_full" : "write_idea_limit", { limit: ideas.isFull ? MAX_KEPT : MAX_IDEA })}
          </span>
          <button type="submit" disabled={ideas.isFull || text.trim() === ""}>
            {getMessage("write_idea_save")}
          </button>
        </div>
        {hasFailed && (
          <p class="write-problem" role="alert">
            {getMessage("write_idea_not_kept")}
          </p>
        )}
      </form>
      {all.length === 0 && <p class="write-nothing">{getMessage("write_ideas_none")}</p>}
      {all.length > 0 && (
        <ul class="write-list" aria-label={getCountMessage("write_ideas", all.length)}>
          {all.map((idea) => (
            <li key={idea.id}>
              <div class="write-idea-text">
                <p dir="auto">{idea.text}</p>
                <p class="write-facts">{getMessage("write_noted_at", { at: describeMoment(idea.at) })}</p>
              </div>
              <button
                type="button"
                class="write-small"
                disabled={isFull || desk.hasUnkept}
                aria-label={getMessage("write_idea_open_named", { words: firstWords(idea.text) })}
                onClick={() => write(idea)}
              >
                {getMessage("write_idea_open")}
              </button>
              <button
                type="button"
                class="write-small"
                aria-label={getMessage("write_delete_idea", { words: firstWords(idea.text) })}
                onClick={() => remove(idea)}
              >
                {getMessage("write_delete")}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="write-hint">{getMessage("write_ideas_hint", { limit: MAX_KEPT })}</p>
    </>
  );
}
