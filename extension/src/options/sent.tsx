/** The log of what was sent: when, for which surface and how many characters. Never the text. */
import { useEffect, useState } from "preact/hooks";
import { getCountMessage, getMessage, getMessageOr } from "../shared/messages.js";
import { request, type SentEntry } from "../shared/protocol.js";
import { describeReason } from "../shared/waiting.js";

/** What was sent, and what became of it if it was a share. */
export function describeSent({ what, outcome }: SentEntry): string {
  if (!outcome) return getMessage(`options_log_${what}`);
  if (outcome.state === "waiting") return getMessage("options_log_waiting", { reason: describeReason(outcome.reason) });
  if (outcome.state === "withdrawn" || outcome.state === "counted") return getMessage(`options_log_${outcome.state}`);
  return getMessage(`options_log_${outcome.state}`, { reason: outcome.reason || getMessage(`share_${outcome.state}`) });
}

export function Sent() {
  const [entries, setEntries] = useState<SentEntry[]>([]);
  useEffect(() => {
    void request("sent", {}).then((result) => "ok" in result && setEntries(result.ok.reverse()));
  }, []);
  return (
    <section class="options-group" aria-labelledby="log">
      <h2 id="log">{getMessage("options_log")}</h2>
      <p class="ui-muted">{getMessage(entries.length === 0 ? "options_log_none" : "options_log_hint")}</p>
      {entries.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls only what it can focus
        // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls
        <div class="options-log" tabIndex={0} role="group" aria-labelledby="log">
          <table>
            <thead>
              <tr>
                {(["at", "surface", "what", "size"] as const).map((column) => (
                  <th key={column} scope="col">
                    {getMessage(`options_log_column_${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.at}>
                  <td>{new Date(entry.at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}</td>
                  <td>{getMessageOr(`surface_${entry.surface}`, entry.surface)}</td>
                  <td>{describeSent(entry)}</td>
                  <td>{getCountMessage("options_log_size", entry.size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
