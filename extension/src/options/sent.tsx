/** What was sent: when, for which surface and how much. Never the words. */
import { useEffect, useState } from "preact/hooks";
import { request, type SentEntry } from "../shared/protocol.js";
import { say, sayOr } from "../shared/words.js";

export function Sent() {
  const [entries, setEntries] = useState<SentEntry[]>([]);
  useEffect(() => {
    void request("sent", {}).then((answer) => "ok" in answer && setEntries(answer.ok.reverse()));
  }, []);
  return (
    <section class="group" aria-labelledby="log">
      <h2 id="log">{say("options_log")}</h2>
      <p class="quiet">{say(entries.length === 0 ? "options_log_none" : "options_log_hint")}</p>
      {entries.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls only what it can focus
        // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls
        <div class="log" tabIndex={0} role="group" aria-labelledby="log">
          <table>
            <thead>
              <tr>
                {(["at", "surface", "what", "size"] as const).map((column) => (
                  <th key={column} scope="col">
                    {say(`options_log_column_${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map(({ at, surface, what, size }) => (
                <tr key={at}>
                  <td>{new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}</td>
                  <td>{sayOr(`surface_${surface}`, surface)}</td>
                  <td>{say(`options_log_${what}`)}</td>
                  <td>{say("options_log_size", { size: size.toLocaleString() })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
