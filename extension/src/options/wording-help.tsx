/** Suggested wordings: the rep's own switch, and the download of the browser's model. Absent where the organisation offers none. */
import { useEffect, useState } from "preact/hooks";
import { type Availability, deviceModelState, downloadDeviceModel } from "../shared/device-model.js";
import { errorMessage } from "../shared/error-message.js";
import { getMessage } from "../shared/messages.js";
import { request } from "../shared/protocol.js";
import type { SectionProps } from "./section-props.js";

export function WordingHelp({ state, setState }: SectionProps) {
  const { mode, company, isOn, hasModel } = state.wordingOffer;
  const [problem, setProblem] = useState("");
  if (mode === "off") return null;
  const choose = async (): Promise<void> => {
    const result = await request("choose", { wordingHelp: !isOn });
    setProblem(errorMessage(result));
    if ("ok" in result) setState(result.ok);
  };
  return (
    <section class="options-group" aria-labelledby="wording">
      <h2 id="wording">{getMessage("options_wording")}</h2>
      {mode === "device" && !hasModel ? (
        <p class="ui-muted">{getMessage("options_wording_no_model")}</p>
      ) : (
        <label class="ui-choice">
          <input
            type="checkbox"
            checked={isOn}
            aria-labelledby="wording-name"
            aria-describedby="wording-detail"
            onChange={() => void choose()}
          />
          <span>
            <span id="wording-name">{getMessage("options_wording_on")}</span>
            <span class="ui-muted" id="wording-detail">
              {getMessage(`options_wording_${mode}`, { company })}
            </span>
          </span>
        </label>
      )}
      {mode === "device" && hasModel && isOn && <DeviceModel />}
      <p class="ui-problem" role="alert">
        {problem}
      </p>
    </section>
  );
}

/** Browsers start the download only after a click in a page, so the card cannot. */
function DeviceModel() {
  const [availability, setAvailability] = useState<Availability | null>(null);
  const [loaded, setLoaded] = useState<number | null>(null);
  const [problem, setProblem] = useState("");
  const [stop, setStop] = useState<AbortController | null>(null);
  useEffect(() => void deviceModelState().then(setAvailability), []);
  const download = async (): Promise<void> => {
    const controller = new AbortController();
    setStop(controller);
    setProblem("");
    const result = await downloadDeviceModel(setLoaded, controller.signal);
    setStop(null);
    setLoaded(null);
    if (!("ok" in result) && result.error !== "stale") setProblem(errorMessage(result));
    setAvailability(await deviceModelState());
  };
  if (availability === null) return null;
  return (
    <div class="ui-row">
      {stop ? (
        <>
          <p class="ui-grow" role="status">
            {getMessage("wording_downloading", { percent: Math.round((loaded ?? 0) * 100) })}
          </p>
          <button onClick={() => stop.abort()}>{getMessage("wording_cancel")}</button>
        </>
      ) : (
        <>
          <p class="ui-grow" role="status">
            {problem ||
              getMessage(availability === "unavailable" ? "wording_device_unavailable" : `options_wording_${availability}`)}
          </p>
          {(availability === "downloadable" || availability === "downloading") && (
            <button onClick={() => void download()}>{getMessage("options_wording_download")}</button>
          )}
        </>
      )}
    </div>
  );
}
