/** A suggested wording below one piece of advice, as a difference from the rep's own words. Nothing where there is no such help. */
import { useEffect, useRef } from "preact/hooks";
import { getCountMessage, getMessage, getMessageOr } from "../../shared/messages.js";
import { NOTICE_UNREAD } from "../../shared/result.js";
import type { Act, DraftView, SuggestionView } from "../../shared/view.js";
import type { Advice } from "../../shared/wire.js";
import { diffWords, type Part } from "../../shared/word-diff.js";
import type { Suggested, WordingStep } from "../../shared/wording-help.js";

type SuggestionDraft = Pick<DraftView, "suggestion" | "canApply" | "assessment">;

interface Props {
  view: SuggestionDraft;
  advice: Advice;
  act: Act;
}

export function WordingHelp({ view, advice, act }: Props) {
  const help = view.suggestion;
  const box = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  const state = help?.suggestion.state !== "idle" && help?.suggestion.advice === advice.code ? help.suggestion.state : "idle";
  // The button that was pressed by key is gone, so the focus goes on to what has taken its place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another state is shown
  useEffect(() => {
    if (hadFocus.current) box.current?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    hadFocus.current = false;
  }, [state]);
  if (!help) return null;
  const pressed = (action: Parameters<Act>[0]) => (event: MouseEvent) => {
    hadFocus.current = event.detail === 0;
    act(action);
  };
  const { suggestion } = help;
  if (suggestion.state === "idle" || suggestion.advice !== advice.code) {
    if (!help.canAsk) return null;
    return (
      <div class="wording" ref={box}>
        <button class="ui-link" onClick={pressed({ do: "suggest-wording", advice: advice.code })}>
          {getMessage("wording_ask")}
          <span class="ui-visually-hidden">: {advice.message}</span>
        </button>
        <p class="ui-muted">{whereItGoes(help)}</p>
      </div>
    );
  }
  const close = (label: "wording_cancel" | "wording_close") => (
    <button onClick={pressed({ do: "drop-suggestion" })}>{getMessage(label)}</button>
  );
  return (
    <div class="wording wording-open" ref={box}>
      {suggestion.state === "asking" && <Asking step={suggestion.step} />}
      {suggestion.state === "failed" && (
        <p class="wording-failed" role="alert">
          {suggestion.detail || getMessageOr(`error_${suggestion.error}`, getMessage("error_other"))}
        </p>
      )}
      {suggestion.state === "shown" && <Shown suggested={suggestion.suggested} score={view.assessment?.score ?? null} />}
      <div class="ui-buttons">
        {suggestion.state === "failed" && suggestion.code === NOTICE_UNREAD && (
          <button class="ui-primary" onClick={() => act({ do: "read-notice" })}>
            {getMessage("open_notice")}
          </button>
        )}
        {suggestion.state === "shown" && <Choices view={view} suggested={suggestion.suggested} act={act} />}
        {suggestion.state === "failed" && help.canAsk && (
          <button onClick={pressed({ do: "suggest-wording", advice: advice.code })}>{getMessage("retry")}</button>
        )}
        {close(suggestion.state === "asking" ? "wording_cancel" : "wording_close")}
      </div>
    </div>
  );
}

const whereItGoes = ({ mode, company }: SuggestionView): string =>
  mode === "device" ? getMessage("wording_on_device") : getMessage("wording_sent", { company });

function Asking({ step }: { step: WordingStep }) {
  return (
    <div role="status">
      <p class="ui-muted">
        {getMessage(`wording_${step.step}`, { percent: step.step === "downloading" ? Math.round(step.loaded * 100) : "" })}
      </p>
      {step.step === "downloading" && (
        <progress class="wording-progress" max={1} value={step.loaded} aria-label={getMessage("wording_download")} />
      )}
    </div>
  );
}

/** Blanks are set off, so that none is overlooked. */
const BLANK = /(\[[^\]\n]*\])/u;

const Words = ({ text }: { text: string }) => (
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no state
  <>{text.split(BLANK).map((piece, index) => (BLANK.test(piece) ? <mark key={index}>{piece}</mark> : piece))}</>
);

function Difference({ part: { kind, text } }: { part: Part }) {
  if (kind === "same") return <Words text={text} />;
  const Element = kind === "removed" ? "del" : "ins";
  return (
    <Element class={`wording-${kind}`}>
      <span class="ui-visually-hidden">{`${getMessage(`wording_${kind}`)} `}</span>
      {kind === "removed" ? text : <Words text={text} />}
      <span class="ui-visually-hidden">{` ${getMessage("wording_end")} `}</span>
    </Element>
  );
}

function Shown({ suggested, score }: { suggested: Suggested; score: number | null }) {
  const { before, after, blanks, doubtful, assessment, comparison, isTooLong } = suggested;
  const open = after.match(/\[[^\]\n]*\]/gu)?.length ?? 0;
  return (
    <>
      <h3 class="wording-title">{getMessage("wording_title")}</h3>
      <p class="wording-diff" dir="auto">
        {diffWords(before, after).map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no state
          <Difference key={index} part={part} />
        ))}
      </p>
      <p>
        {assessment === null || assessment.score === null || score === null
          ? getMessage("wording_not_scored")
          : getMessage(assessment.score > score ? "wording_scores" : "wording_scores_not_higher", {
              before: score,
              after: assessment.score,
            })}
        {comparison && comparison.preferred !== "undecided" && ` ${getMessage(`wording_prefers_${comparison.preferred}`)}`}
      </p>
      {blanks > 0 ? (
        <p class="wording-note">{getCountMessage("wording_left_out", blanks)}</p>
      ) : (
        open > 0 && <p class="wording-note">{getCountMessage("wording_blanks", open)}</p>
      )}
      {doubtful.length > 0 && <p class="wording-note">{getMessage("wording_doubtful", { words: doubtful.join(", ") })}</p>}
      {isTooLong && <p class="wording-note">{getMessage("wording_too_long")}</p>}
      <p class="ui-muted">{getMessage("wording_check")}</p>
    </>
  );
}

/** A wording over several lines can only be copied, because each editor splits it into blocks in its own way. */
function Choices({
  view,
  suggested: { before, after, isTooLong },
  act,
}: {
  view: SuggestionDraft;
  suggested: Suggested;
  act: Act;
}) {
  const isOneLine = !before.includes("\n") && !after.includes("\n");
  return (
    <>
      {view.canApply && isOneLine && !isTooLong && (
        <button class="ui-primary" onClick={() => act({ do: "use-suggestion" })}>
          {getMessage("wording_use")}
        </button>
      )}
      <button onClick={() => act({ do: "copy", text: after })}>{getMessage("copy")}</button>
    </>
  );
}
