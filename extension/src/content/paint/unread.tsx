/** The words of the sentences that the coach does not read, and the way to have them read. */
import { getMessage } from "../../shared/messages.js";
import type { Act } from "../../shared/view.js";

export function Unread({ words, act }: { words: readonly string[]; act: Act }) {
  if (words.length === 0) return null;
  return (
    <div class="ui-notice ui-notice-unread">
      <p>{getMessage("unread", { words: [...new Set(words)].map((quote) => `“${quote}”`).join(", ") })}</p>
      <button onClick={() => act({ do: "read-anyway" })}>{getMessage("read_anyway")}</button>
    </div>
  );
}
