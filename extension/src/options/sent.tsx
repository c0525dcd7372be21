/** The log of what was sent: when, for which surface and how many characters. Never the text. */
import { useEffect, useState } from "preact/hooks";
import { getCountMessage, getMessage, getMessageOr } from "../shared/messages.js";
import { request, type SentEntry } from "../shared/protocol.js";

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
              {entries.map(({ at, surface, what, size }) => (
                <tr key={at}>
                  <td>{new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}</td>
                  <td>{getMessageOr(`surface_${surface}`, surface)}</td>
                  <td>{getMessage(`options_log_${what}`)}</td>
                  <td>{getCountMessage("options_log_size", size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
