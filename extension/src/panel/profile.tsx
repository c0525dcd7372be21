/** The rep's own profile: read on their click or typed in, corrected by them, then assessed. None of it is stored. */
import { useState } from "preact/hooks";
import { errorMessage } from "../shared/error-message.js";
import { getMessage } from "../shared/messages.js";
import { PROFILE_SURFACES, type ProfileSurface, parseOwnName, SECTIONS, SITE_OF } from "../shared/profile.js";
import { type ClientState, request, type SettingsChange } from "../shared/protocol.js";
import type { ProfileAssessment } from "../shared/wire.js";
import { type Fields, mergeReading, NOT_LOADED, SectionField, toSections, typedField } from "./profile-fields.js";
import { ProfileVerdict } from "./profile-verdict.js";
import { readProfile } from "./read-profile.js";

interface ProfileProps {
  state: ClientState;
  change: (settings: SettingsChange) => Promise<void>;
}

export function Profile({ state, change }: ProfileProps) {
  const [surface, setSurface] = useState<ProfileSurface>("linkedin-profile");
  const [fields, setFields] = useState<Fields>({});
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<ProfileAssessment | null>(null);
  const site = SITE_OF[surface];
  const ownName = state.profiles[site];

  const changeSurface = (to: ProfileSurface): void => {
    setSurface(to);
    setFields({});
    setVerdict(null);
    setProblem("");
  };
  const read = async (): Promise<void> => {
    setVerdict(null);
    const result = await readProfile();
    if ("error" in result) {
      setProblem(getMessage(`profile_${result.error}`, { name: ownName }));
    } else if (result.ok.surface !== surface) {
      setProblem(getMessage("profile_not-a-profile"));
    } else {
      setProblem("");
      setFields((before) => mergeReading(before, result.ok));
    }
  };
  const check = async (): Promise<void> => {
    const sections = toSections(surface, fields);
    if (Object.keys(sections).length === 0) {
      setProblem(getMessage("profile_nothing"));
      return;
    }
    setBusy(true);
    const result = await request("assess-profile", { surface, sections });
    setBusy(false);
    setProblem(errorMessage(result));
    setVerdict("ok" in result ? result.ok : null);
  };

  return (
    <div class="profile">
      <div class="ui-row" role="radiogroup" aria-label={getMessage("profile_where")}>
        {PROFILE_SURFACES.map((name) => (
          <label class="ui-choice" key={name}>
            <input type="radio" name="surface" checked={surface === name} onChange={() => changeSurface(name)} />
            <span>{getMessage(`site_${SITE_OF[name]}`)}</span>
          </label>
        ))}
      </div>
      {ownName === "" ? (
        <ConfirmName key={site} site={site} confirm={(name) => change({ profiles: { [site]: name } })} />
      ) : (
        <>
          <p class="ui-row ui-muted">
            <span class="ui-grow">
              {getMessage("profile_yours", { address: `${site === "x" ? "x.com/" : "linkedin.com/in/"}${ownName}` })}
            </span>
            <button class="ui-link" onClick={() => void change({ profiles: { [site]: "" } })}>
              {getMessage("profile_change")}
            </button>
          </p>
          <div>
            <button class="ui-primary" onClick={() => void read()}>
              {getMessage("profile_read")}
            </button>
            <p class="ui-muted">{getMessage("profile_read_detail")}</p>
          </div>
        </>
      )}
      <p class="ui-problem" role="alert">
        {problem}
      </p>
      {verdict && <ProfileVerdict verdict={verdict} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <h2>{getMessage("profile_sections")}</h2>
        <p class="ui-muted">{getMessage("profile_sections_detail")}</p>
        {SECTIONS[surface].map(({ name, kind }) => (
          <SectionField
            key={`${surface} ${name}`}
            name={name}
            kind={kind}
            field={fields[name] ?? NOT_LOADED}
            change={(value) => setFields((before) => ({ ...before, [name]: typedField(value) }))}
          />
        ))}
        <div class="profile-send">
          <button class="ui-primary" type="submit" disabled={isBusy} aria-busy={isBusy}>
            {getMessage(isBusy ? "profile_checking" : "profile_check")}
          </button>
          <p class="ui-muted">{getMessage("profile_check_detail", { organisation: state.organisation ?? "" })}</p>
        </div>
      </form>
    </div>
  );
}

interface ConfirmNameProps {
  site: "linkedin" | "x";
  confirm: (name: string) => Promise<void>;
}

/** Asks once for the rep's own name on the site. Without it no page is read. */
function ConfirmName({ site, confirm }: ConfirmNameProps) {
  const [input, setInput] = useState("");
  const [isInvalid, setInvalid] = useState(false);
  return (
    <form
      class="ui-field"
      onSubmit={(event) => {
        event.preventDefault();
        const name = parseOwnName(site, input);
        setInvalid(name === null);
        if (name !== null) void confirm(name);
      }}
    >
      <label for="own">{getMessage(`profile_own_${site}`)}</label>
      <div class="ui-row">
        <input
          id="own"
          value={input}
          placeholder={site === "x" ? "x.com/…" : "linkedin.com/in/…"}
          spellcheck={false}
          aria-invalid={isInvalid}
          aria-describedby="own-problem"
          onInput={(event) => setInput(event.currentTarget.value)}
        />
        <button type="submit">{getMessage("profile_confirm")}</button>
      </div>
      <p class="ui-muted">{getMessage("profile_own_detail")}</p>
      <p id="own-problem" class="ui-problem" role="alert">
        {isInvalid ? getMessage(`profile_own_wrong_${site}`) : ""}
      </p>
    </form>
  );
}
