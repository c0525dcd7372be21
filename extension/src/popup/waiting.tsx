/** The shares that wait, with the reason and what the rep can do about it. */
import { useState } from "preact/hooks";
import { errorMessage } from "../shared/error-message.js";
import { getMessage } from "../shared/messages.js";
import { type ClientState, request } from "../shared/protocol.js";
import { isRetryable, waitingSharesSentence } from "../shared/waiting.js";

interface WaitingProps {
  state: ClientState;
  setState: (state: ClientState) => void;
}

export function Waiting({ state: { waiting }, setState }: WaitingProps) {
  const [isTrying, setTrying] = useState(false);
  const [hasTried, setTried] = useState(false);
  const [problem, setProblem] = useState("");
  const retry = async (): Promise<void> => {
    setTrying(true);
    const result = await request("retry-shares", {});
    setTrying(false);
    setTried("ok" in result);
    setProblem(errorMessage(result));
    if ("ok" in result) setState(result.ok);
  };
  const outcome = hasTried && !isTrying && getMessage(waiting.length > 0 ? "popup_still_waiting" : "popup_nothing_waiting");
  return (
    <div class={waiting.length > 0 || problem || outcome ? "popup-waiting ui-notice" : "popup-waiting"}>
      {waiting.map((shares) => (
        <div class="popup-reason" key={shares.reason}>
          <p>{waitingSharesSentence(shares)}</p>
          {shares.reason === "notice" && (
            <button class="ui-primary" onClick={() => void request("open-notice", {})}>
              {getMessage("open_notice")}
            </button>
          )}
        </div>
      ))}
      {waiting.some(isRetryable) && (
        <button disabled={isTrying} onClick={() => void retry()}>
          {getMessage(isTrying ? "popup_trying" : "retry")}
        </button>
      )}
      <p class="popup-outcome" role="status">
        {problem || outcome}
      </p>
    </div>
  );
}
