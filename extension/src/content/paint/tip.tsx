/** One tip. It opens to show its reason and what can be done about it. */
import { useRef } from "preact/hooks";
import { holdsCredit } from "../../shared/advice.js";
import { canAddToDictionary } from "../../shared/grammar.js";
import { getCountMessage, getMessage, getMessageOr } from "../../shared/messages.js";
import type { Act, DraftView, Tip } from "../../shared/view.js";
import type { Finding } from "../../shared/wire.js";
import { TurnOff, UndoTurnOff } from "./turn-off.js";

/** The same line styles as under the words in the draft, so that colour is never the only sign of severity. */
const MARKS: Record<Tip["finding"]["severity"], string> = {
  grammar: "M0 4H3.5M5.25 4H8.75M10.5 4H14",
  limit: "M0 2.5H14M0 5.5H14",
  check: "M0 4Q1.75 0.5 3.5 4T7 4T10.5 4T14 4",
  tip: "M1 4H1.1M5 4H5.1M9 4H9.1M13 4H13.1",
};

interface TipProps {
  tip: Tip;
  open: boolean;
  view: Pick<DraftView, "surface" | "canApply" | "assessment">;
  act: Act;
}

export function TipItem({ tip, open, view, act }: TipProps) {
  const { finding, gone } = tip;
  const button = useRef<HTMLButtonElement>(null);
  /** After a key press the focus stays in the row, whose other buttons go. */
  const choose = (event: MouseEvent, action: Parameters<Act>[0]): void => {
    if (event.detail === 0) button.current?.focus();
    act(action);
  };
  return (
    <li class={`tip tip-severity-${finding.severity} ${gone ? "tip-gone" : ""}`}>
      <button
        class="tip-open"
        ref={button}
        aria-expanded={open}
        aria-disabled={gone !== null}
        onClick={() => gone === null && act({ do: "select", tip: tip.id })}
      >
        <svg class="tip-mark" width="14" height="8" viewBox="0 0 14 8" aria-hidden="true">
          <path d={MARKS[finding.severity]} />
        </svg>
        <span class="tip-message">{finding.message}</span>
        <Worth finding={finding} />
      </button>
      {open && <TipBody tip={tip} view={view} act={act} choose={choose} />}
    </li>
  );
}

/** What the finding costs, as what changing it would bring. */
function Worth({ finding }: { finding: Tip["finding"] }) {
  const points = finding.severity === "grammar" ? 0 : Math.round(-finding.points);
  if (points < 1) return null;
  return (
    <span class="tip-worth ui-muted">
      <span aria-hidden="true">+{points}</span>
      <span class="ui-visually-hidden"> {getCountMessage("advice_worth", points)}</span>
    </span>
  );
}

type TipBodyProps = Omit<TipProps, "open"> & { choose: (event: MouseEvent, action: Parameters<Act>[0]) => void };

function TipBody({ tip, view, act, choose }: TipBodyProps) {
  const { finding, words, gone } = tip;
  return (
    <div class="tip-more">
      <div class="tip-about" inert={gone !== null}>
        {words === "" && <p class="ui-muted">{getMessage("whole_text")}</p>}
        {words !== "" && !finding.message.includes(words) && (
          <blockquote class="tip-quote" dir="auto">
            {words}
          </blockquote>
        )}
        {finding.replacements.length > 0 && (
          <div class="tip-replacements">
            <span class="ui-muted">{getMessage("replace_with")}</span>
            {finding.replacements.map((replacement) => (
              <Replacement key={replacement} replacement={replacement} tip={tip} canApply={view.canApply} act={act} />
            ))}
          </div>
        )}
        {finding.severity !== "grammar" && <Evidence finding={finding} />}
      </div>
      <div class={`tip-actions ${isOff(gone) ? "tip-actions-off" : ""}`}>
        {gone === null && <TipActions tip={tip} view={view} act={act} choose={choose} />}
        {isOff(gone) && (
          <UndoTurnOff off={{ rule: finding.rule, surface: gone === "off-here" ? view.surface : null }} act={act} />
        )}
        {gone === "ignored" && <p class="ui-muted">{getMessage("tip_ignored")}</p>}
      </div>
    </div>
  );
}

const isOff = (gone: Tip["gone"]): boolean => gone === "off-here" || gone === "off-everywhere";

function TipActions({ tip, view, act, choose }: TipBodyProps) {
  const { finding, words } = tip;
  return (
    <>
      <button class="ui-link" onClick={(event) => choose(event, { do: "ignore", tip: tip.id })}>
        {getMessage("ignore")}
      </button>
      {finding.severity === "grammar" && canAddToDictionary(finding) && (
        <button class="ui-link" onClick={() => act({ do: "add-word", word: words })}>
          {getMessage("add_word")}
        </button>
      )}
      {holdsCredit(finding, view.assessment?.gate) ? (
        <span class="ui-muted">{getMessage("stays_on")}</span>
      ) : (
        <TurnOff
          rule={finding.rule}
          surface={view.surface}
          turnOff={(everywhere, event) => choose(event, { do: "turn-off", tip: tip.id, everywhere })}
        />
      )}
    </>
  );
}

interface ReplacementProps {
  /** Empty to delete the words. */
  replacement: string;
  tip: Tip;
  canApply: boolean;
  act: Act;
}

/** Text over several lines can only be copied, because each editor splits it into blocks in its own way. */
function Replacement({ replacement, tip, canApply, act }: ReplacementProps) {
  const label = replacement || getMessage("delete_words");
  return (
    <span class="tip-replacement">
      {canApply && !replacement.includes("\n") && !tip.words.includes("\n") ? (
        <button
          class="ui-primary tip-apply"
          title={getMessage("apply")}
          onClick={() => act({ do: "apply", tip: tip.id, replacement })}
        >
          {label}
        </button>
      ) : (
        <span class="tip-words">{label}</span>
      )}
      {replacement && (
        <button
          class="tip-copy"
          aria-label={`${getMessage("copy")}: ${replacement}`}
          title={getMessage("copy")}
          onClick={() => act({ do: "copy", text: replacement })}
        >
          <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
            <path d="M4.5 4.5h6v6h-6z M7.5 2.5v-1h-6v6h1" />
          </svg>
        </button>
      )}
    </span>
  );
}

/** Why the rule exists and how good its evidence is. */
export function Evidence({ finding: { why, evidence } }: { finding: Finding }) {
  const grade = getMessageOr(`grade_${evidence.grade}`, getMessage("grade_short", { grade: evidence.grade }));
  return (
    <>
      <p class="tip-why">{why}</p>
      <p class="tip-evidence" title={`${grade} (${evidence.source})`}>
        {grade}
      </p>
    </>
  );
}
