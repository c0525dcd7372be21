/** The rep's own profile: read on their click or typed, seen and mended by them, then judged; nothing of it is kept. */
import { useState } from "preact/hooks";
import { BandWord, Ring } from "../content/paint/ring.js";
import { activeTab } from "../shared/client-state.js";
import { errorMessage } from "../shared/error-message.js";
import {
  joinItems,
  PROFILE_PORT,
  PROFILE_SURFACES,
  type ProfileReadResult,
  type ProfileSurface,
  parseItems,
  parseOwnName,
  SECTIONS,
  type SectionKind,
  type Sections,
  SITE_OF,
} from "../shared/profile.js";
import { type ClientState, request, type SettingsChange } from "../shared/protocol.js";
import type { ProfileAssessment } from "../shared/wire.js";
import { say, sayOr } from "../shared/words.js";

/** How a field came to hold what it holds. "own": the rep's typing. */
type Origin = "read" | "unsure" | "empty" | "not-loaded" | "own";
type Field = { value: string; origin: Origin };
type Fields = Record<string, Field>;

/** As a reader comes to them. */
const DIMENSIONS = ["headline", "about", "proof", "completeness", "consistency", "contact"] as const;
const MAX_COUNT = 100;
const EMPTY: Field = { value: "", origin: "not-loaded" };

/** Asks the page in front, once. A tab without our content script closes the port without a word. */
async function readPage(): Promise<ProfileReadResult> {
  const tab = await activeTab();
  if (tab === null) return { error: "not-a-profile" };
  return new Promise((resolve) => {
    const port = chrome.tabs.connect(tab, { name: PROFILE_PORT, frameId: 0 });
    port.onMessage.addListener((answer: ProfileReadResult) => {
      resolve(answer);
      port.disconnect();
    });
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError;
      resolve({ error: "not-a-profile" });
    });
  });
}

/** What the fields say, as the server takes it: what is not loaded is left out, what is empty is `null`. */
function sectionsOf(surface: ProfileSurface, fields: Fields): Sections {
  const sections: Sections = {};
  for (const { name, kind } of SECTIONS[surface]) {
    const { value, origin } = fields[name] ?? EMPTY;
    const text = value.trim();
    if (text !== "") sections[name] = toSection(kind, text);
    else if (origin === "empty") sections[name] = null;
  }
  return sections;
}

function toSection(kind: SectionKind, text: string): Sections[string] {
  if (kind === "items") return parseItems(text);
  if (kind === "seen") return text === "yes" ? "yes" : null;
  // The server counts items; what others wrote in them is not read.
  if (kind === "count")
    return Array.from({ length: Math.min(Number(text) || 0, MAX_COUNT) }, () => say("profile_recommendation"));
  return text;
}

export function Profile({ state, change }: { state: ClientState; change: (settings: SettingsChange) => Promise<void> }) {
  const [surface, setSurface] = useState<ProfileSurface>("linkedin-profile");
  const [fields, setFields] = useState<Fields>({});
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<ProfileAssessment | null>(null);
  const site = SITE_OF[surface];
  const own = state.profiles[site];

  const turn = (to: ProfileSurface): void => {
    setSurface(to);
    setFields({});
    setVerdict(null);
    setProblem("");
  };
  const read = async (): Promise<void> => {
    setVerdict(null);
    const answer = await readPage();
    if ("error" in answer) {
      setProblem(say(`profile_${answer.error}`, { name: own }));
      return;
    }
    if (answer.ok.surface !== surface) {
      setProblem(say("profile_not-a-profile"));
      return;
    }
    setProblem("");
    setFields((before) => {
      const found: Fields = {};
      for (const { name, value, isCertain } of answer.ok.sections) {
        const origin = value === null ? "empty" : isCertain ? "read" : "unsure";
        found[name] = { value: Array.isArray(value) ? joinItems(value) : (value ?? ""), origin };
      }
      // What the rep typed where nothing could be read stays.
      const typed = Object.entries(before).filter(([name, { origin }]) => origin === "own" && !(name in found));
      return { ...found, ...Object.fromEntries(typed) };
    });
  };
  const check = async (): Promise<void> => {
    const sections = sectionsOf(surface, fields);
    if (Object.keys(sections).length === 0) {
      setProblem(say("profile_nothing"));
      return;
    }
    setBusy(true);
    const answer = await request("assess-profile", { surface, sections });
    setBusy(false);
    setProblem(errorMessage(answer));
    setVerdict("ok" in answer ? answer.ok : null);
  };

  return (
    <div class="profile">
      <div class="row" role="radiogroup" aria-label={say("profile_where")}>
        {PROFILE_SURFACES.map((name) => (
          <label class="choice" key={name}>
            <input type="radio" name="surface" checked={surface === name} onChange={() => turn(name)} />
            <span>{say(`site_${SITE_OF[name]}`)}</span>
          </label>
        ))}
      </div>
      {own === "" ? (
        <Confirm key={site} site={site} confirm={(name) => change({ profiles: { [site]: name } })} />
      ) : (
        <p class="row quiet">
          <span class="grow">{say("profile_yours", { address: `${site === "x" ? "x.com/" : "linkedin.com/in/"}${own}` })}</span>
          <button class="link" onClick={() => void change({ profiles: { [site]: "" } })}>
            {say("profile_another")}
          </button>
        </p>
      )}
      {own !== "" && (
        <div>
          <button class="first" onClick={() => void read()}>
            {say("profile_read")}
          </button>
          <p class="quiet">{say("profile_read_detail")}</p>
        </div>
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
      {verdict && <Verdict verdict={verdict} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <h2>{say("profile_sections")}</h2>
        <p class="quiet">{say("profile_sections_detail")}</p>
        {SECTIONS[surface].map(({ name, kind }) => (
          <SectionField
            key={`${surface} ${name}`}
            name={name}
            kind={kind}
            field={fields[name] ?? EMPTY}
            set={(value) =>
              setFields((before) => ({ ...before, [name]: { value, origin: value === "" ? "not-loaded" : "own" } }))
            }
          />
        ))}
        <div class="send">
          <button class="first" type="submit" disabled={busy} aria-busy={busy}>
            {say(busy ? "profile_checking" : "profile_check")}
          </button>
          <p class="quiet">{say("profile_check_detail", { organisation: state.organisation ?? "" })}</p>
        </div>
      </form>
    </div>
  );
}

/** The rep's own name on the site, typed once: without it no page is read. */
function Confirm({ site, confirm }: { site: "linkedin" | "x"; confirm: (name: string) => Promise<void> }) {
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        const name = parseOwnName(site, typed);
        setWrong(name === null);
        if (name !== null) void confirm(name);
      }}
    >
      <label for="own">{say(`profile_own_${site}`)}</label>
      <div class="row">
        <input
          id="own"
          value={typed}
          placeholder={site === "x" ? "x.com/…" : "linkedin.com/in/…"}
          spellcheck={false}
          aria-invalid={wrong}
          aria-describedby="own-problem"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit">{say("profile_confirm")}</button>
      </div>
      <p class="quiet">{say("profile_own_detail")}</p>
      <p id="own-problem" class="problem" role="alert">
        {wrong ? say(`profile_own_wrong_${site}`) : ""}
      </p>
    </form>
  );
}

function SectionField({
  name,
  kind,
  field: { value, origin },
  set,
}: {
  name: string;
  kind: SectionKind;
  field: Field;
  set: (value: string) => void;
}) {
  const id = `section-${name}`;
  const hint = kind === "items" && origin === "own" ? "items" : origin;
  return (
    <div class={`section-field origin-${origin}`}>
      <label for={id}>{say(`section_${name}` as "section_about")}</label>
      <span class="quiet" id={`${id}-hint`}>
        {say(`profile_origin_${hint}`)}
      </span>
      {kind === "seen" && (
        <select
          id={id}
          aria-describedby={`${id}-hint`}
          value={origin === "empty" ? "no" : value}
          onChange={(event) => set(event.currentTarget.value)}
        >
          <option value="">{say("profile_leave_out")}</option>
          <option value="yes">{say("measure_yes")}</option>
          <option value="no">{say("measure_no")}</option>
        </select>
      )}
      {kind === "count" && (
        <input
          id={id}
          aria-describedby={`${id}-hint`}
          type="number"
          min={0}
          max={MAX_COUNT}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
      {(kind === "text" || kind === "items") && (
        <textarea
          id={id}
          aria-describedby={`${id}-hint`}
          dir="auto"
          rows={lines(value)}
          value={value}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
    </div>
  );
}

/** As tall as its words, within reason. */
const lines = (value: string): number => Math.min(8, Math.max(1, value.split("\n").length, Math.ceil(value.length / 42)));

function Verdict({ verdict }: { verdict: ProfileAssessment }) {
  const { band, confidence, dimensions, findings, note } = verdict;
  return (
    <section class="profile-verdict" aria-labelledby="verdict">
      <h2 id="verdict" class="unseen">
        {say("profile_verdict")}
      </h2>
      <div class="head" role="status">
        <Ring assessment={verdict} size={52} stale={false} />
        <div class="verdict">
          {band && <BandWord band={band} />}
          {confidence && verdict.score !== null && (
            <span class="quiet">{say("likely", { low: confidence.low, high: confidence.high })}</span>
          )}
          {note && <span class="quiet">{note}</span>}
        </div>
      </div>
      <dl class="dimensions">
        {DIMENSIONS.filter((name) => name in dimensions).map((name) => (
          <div key={name}>
            <dt>{say(`dimension_${name}`)}</dt>
            <dd>
              <svg class="meter" height="6" preserveAspectRatio="none" viewBox="0 0 100 6" aria-hidden="true">
                <rect class="meter-track" width="100" height="6" />
                <rect class="meter-used" width={dimensions[name] ?? 0} height="6" />
              </svg>
              <span>{dimensions[name]}</span>
            </dd>
          </div>
        ))}
      </dl>
      {findings.length === 0 && verdict.score !== null && <p class="quiet">{say("no_tips")}</p>}
      <ul class="tips">
        {findings.map(({ rule, message, quote, why, severity, evidence }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one rule may have several findings, and the list never reorders
          <li class={`tip severity-${severity}`} key={`${rule} ${place}`}>
            <p class="tip-message">{message}</p>
            {quote && <blockquote dir="auto">{quote}</blockquote>}
            <p class="why">{why}</p>
            <p class="evidence" title={evidence.source}>
              {sayOr(`grade_${evidence.grade}`, say("grade_short", { grade: evidence.grade }))}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
