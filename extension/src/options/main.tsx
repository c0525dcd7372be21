import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Answer, type SentEntry, type Situation, ask } from "../shared/protocol.js";
import { useSituation } from "../shared/use.js";
import { SHARE_CHOICES } from "../shared/wire.js";
import { say, sayOr } from "../shared/words.js";

declare const __BACKEND__: string;
declare const __FIREFOX__: boolean;
declare const browser: { permissions: { request: (wanted: object) => Promise<boolean> } };

const CODE = /^[A-Z0-9]{4}-?[A-Z0-9]{4}$/i;

type Take = (now: Situation) => void;

const failed = <T,>(answer: Answer<T>): string =>
  "ok" in answer ? "" : answer.error === "refused" && answer.detail ? answer.detail : sayOr(`error_${answer.error}`, say("error_other"));

function browserLabel(): string {
  const { userAgent } = navigator;
  const name = __FIREFOX__ ? "Firefox" : userAgent.includes("Edg/") ? "Edge" : "Chrome";
  const system = userAgent.includes("Windows") ? "Windows" : userAgent.includes("Mac") ? "macOS" : "Linux";
  return `${name} on ${system}`;
}

/** Firefox shows its own question for data that leaves the device; the click that pairs is the moment for it. */
async function askBrowser(): Promise<boolean> {
  if (!__FIREFOX__) return true;
  return browser.permissions.request({ data_collection: ["websiteContent", "personallyIdentifyingInfo", "authenticationInfo"] });
}

function Consent({ situation, take }: { situation: Situation; take: Take }) {
  const change = async (settings: Parameters<typeof ask<"settings">>[1]): Promise<void> => {
    const answer = await ask("settings", settings);
    if ("ok" in answer) take(answer.ok);
  };
  return (
    <section class="group" aria-labelledby="what">
      <h2 id="what">{say("options_what")}</h2>
      <p>{say("options_read")}</p>
      <p>{say("options_sent", { backend: __BACKEND__ })}</p>
      <p>{say("options_kept")}</p>
      <div role="radiogroup" aria-labelledby="where">
        <h2 id="where">{say("options_mode")}</h2>
        {(["card", "quiet"] as const).map((mode) => (
          <label class="choice" key={mode}>
            <input
              type="radio"
              name="mode"
              checked={situation.mode === mode}
              disabled={situation.quietRequired && mode === "card"}
              onChange={() => void change({ mode })}
            />
            <span>
              {say(`options_${mode}`)}
              <span class="quiet">{say(`options_${mode}_detail`)}</span>
            </span>
          </label>
        ))}
      </div>
      <p class="notice">{situation.quietRequired ? say("options_quiet_required") : say("options_terms")}</p>
      <label class="choice">
        <input type="checkbox" checked={situation.underlines} onChange={() => void change({ underlines: !situation.underlines })} />
        <span>{say("options_underlines")}</span>
      </label>
      <div class="row">
        {situation.consented ? (
          <>
            <p class="grow quiet">{say("options_agreed")}</p>
            <button onClick={() => void change({ consented: false })}>{say("options_stop")}</button>
          </>
        ) : (
          <button class="first" onClick={() => void change({ consented: true })}>
            {say("options_agree")}
          </button>
        )}
      </div>
    </section>
  );
}

function Pairing({ situation, take }: { situation: Situation; take: Take }) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState("");
  const open = async (): Promise<void> => {
    const answer = await ask("pair-begin", {});
    if ("ok" in answer) await chrome.tabs.create({ url: answer.ok.url });
    else setProblem(failed(answer));
  };
  const pair = async (): Promise<void> => {
    if (!CODE.test(code.trim())) {
      setProblem(say("options_code_wrong"));
      return;
    }
    // The browser's own question wants the click itself, so it comes before anything is awaited.
    if (!(await askBrowser())) return;
    const compact = code.trim().replace("-", "").toUpperCase();
    const answer = await ask("pair-finish", { code: `${compact.slice(0, 4)}-${compact.slice(4)}`, label: browserLabel() });
    setProblem(failed(answer));
    if ("ok" in answer) {
      setCode("");
      take(answer.ok);
    }
  };
  const unpair = async (): Promise<void> => {
    const answer = await ask("unpair", {});
    if ("ok" in answer) take(answer.ok);
  };
  return (
    <section class="group" aria-labelledby="pair">
      <h2 id="pair">{say("options_pair")}</h2>
      {situation.paired && situation.person ? (
        <div class="row">
          <p class="grow">{say("options_paired", { name: situation.person.name, organisation: situation.organisation ?? "" })}</p>
          <button onClick={() => void unpair()}>{say("options_unpair")}</button>
        </div>
      ) : (
        <>
          {situation.unpairedBecause === "revoked" && <p class="notice">{say("options_revoked")}</p>}
          <p>{say("options_pair_hint")}</p>
          <div class="row">
            <button onClick={() => void open()}>{say("options_pair_open")}</button>
          </div>
          <form
            class="field"
            onSubmit={(event) => {
              event.preventDefault();
              void pair();
            }}
          >
            <label for="code">{say("options_code")}</label>
            <div class="row">
              <input
                id="code"
                value={code}
                maxLength={9}
                autocomplete="one-time-code"
                spellcheck={false}
                aria-invalid={problem !== ""}
                aria-describedby="code-problem"
                onInput={(event) => setCode(event.currentTarget.value)}
              />
              <button class="first" type="submit">
                {say("options_pair_do")}
              </button>
            </div>
            <p id="code-problem" class="problem" role="alert">
              {problem}
            </p>
          </form>
        </>
      )}
    </section>
  );
}

function Choices({ situation, take }: { situation: Situation; take: Take }) {
  const [problem, setProblem] = useState("");
  const choose = async (choice: Parameters<typeof ask<"choose">>[1]): Promise<void> => {
    const answer = await ask("choose", choice);
    setProblem(failed(answer));
    if ("ok" in answer) take(answer.ok);
  };
  return (
    <section class="group" aria-labelledby="share">
      <h2 id="share">{say("options_share")}</h2>
      <div role="radiogroup" aria-labelledby="share">
        {SHARE_CHOICES.map((choice) => (
          <label class="choice" key={choice}>
            <input type="radio" name="share" checked={situation.shareChoice === choice} onChange={() => void choose({ shareChoice: choice })} />
            <span>{say(`options_share_${choice}`)}</span>
          </label>
        ))}
      </div>
      <h2>{say("options_rules")}</h2>
      {situation.rulesOff.length === 0 && <p class="quiet">{say("options_rules_none")}</p>}
      {situation.rulesOff.map((rule) => (
        <div class="row" key={rule}>
          <span class="grow">{rule}</span>
          <button onClick={() => void choose({ ruleOn: rule })}>{say("options_turn_on")}</button>
        </div>
      ))}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

function Sent() {
  const [entries, setEntries] = useState<SentEntry[]>([]);
  useEffect(() => {
    void ask("sent", {}).then((answer) => "ok" in answer && setEntries(answer.ok.reverse()));
  }, []);
  return (
    <section class="group" aria-labelledby="log">
      <h2 id="log">{say("options_log")}</h2>
      {entries.length === 0 ? (
        <p class="quiet">{say("options_log_none")}</p>
      ) : (
        <div class="log" tabIndex={0} role="group" aria-labelledby="log">
          <table>
            <tbody>
              {entries.map(({ at, surface, what, size }) => (
                <tr key={at}>
                  <td>{new Date(at).toLocaleString()}</td>
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

function Options() {
  const [situation, take] = useSituation();
  if (!situation) return null;
  return (
    <>
      <h1>{say("options_title")}</h1>
      <Consent situation={situation} take={take} />
      {situation.consented && <Pairing situation={situation} take={take} />}
      {situation.paired && <Choices situation={situation} take={take} />}
      <Sent />
    </>
  );
}

const app = document.getElementById("app");
if (app) render(<Options />, app);
