/** The advice and the list of tips. Each tip opens to show its reason and what can be done about it. */
import type { ComponentChildren } from "preact";
import { isFaultless } from "../../shared/advice.js";
import { canAddToDictionary } from "../../shared/grammar.js";
import { getCountMessage, getMessage, getMessageOr } from "../../shared/messages.js";
import { sortDimensions } from "../../shared/points.js";
import type { Act, DraftView, Tip } from "../../shared/view.js";
import type { Assessment, Finding } from "../../shared/wire.js";
import { DraftAdvice } from "./advice.js";

export function Tips({ view, act }: { view: DraftView; act: Act }) {
  // Below advice all tips are closed at first: it matters more, and to leave the text would contradict an open tip.
  const isGrammar = ({ finding }: Tip): boolean => finding.severity === "grammar";
  const seen = view.tips.filter((tip) => tip.seen);
  const coach = view.tips.filter((tip) => !tip.seen && !isGrammar(tip));
  const grammar = view.tips.filter(isGrammar);
  const openId = view.selected ?? (view.advice.length > 0 ? null : (coach[0] ?? grammar[0])?.id) ?? null;
  const item = (tip: Tip) => <TipItem key={tip.id} tip={tip} open={tip.id === openId} canApply={view.canApply} act={act} />;
  return (
    <>
      {view.assessment && view.assessment.gate.state === "held" && (
        <p class="ui-notice">{getMessage("credit_on_hold", { reasons: view.assessment.gate.reasons.join("; ") })}</p>
      )}
      <DraftAdvice key={view.draft} view={view} act={act} />
      {view.advice.length > 0 && coach.length > 0 && (
        <h2 class="ui-section-heading tip-heading">{getMessage("tips_heading")}</h2>
      )}
      {coach.length === 0 && view.advice.length === 0 && view.assessment?.band && view.assessment.gate.state === "open" && (
        <WithoutTips assessment={view.assessment} view={view} />
      )}
      <ul class="tip-list">{coach.map(item)}</ul>
      {seen.length > 0 && (
        <Seen count={seen.length} isOpen={view.isSeenOpen} act={act}>
          {seen.map(item)}
        </Seen>
      )}
      {grammar.length > 0 && (
        <section class="tip-section" aria-labelledby="grammar">
          <h3 id="grammar">{getMessage("grammar")}</h3>
          <p class="ui-muted">{getMessage("grammar_detail")}</p>
          <ul class="tip-list">{grammar.map(item)}</ul>
        </section>
      )}
      {view.ignored > 0 && (
        <p class="ui-muted tip-ignored">
          {getCountMessage("ignored", view.ignored)}
          <button class="ui-link" onClick={() => act({ do: "restore-ignored" })}>
            {getMessage("restore_ignored")}
          </button>
        </p>
      )}
    </>
  );
}

interface SeenProps {
  count: number;
  isOpen: boolean;
  act: Act;
  children: ComponentChildren;
}

/** The tips that the rep left in several posts: one quiet line that opens. */
function Seen({ count, isOpen, act, children }: SeenProps) {
  return (
    <section class="tip-seen">
      <button class="tip-seen-toggle" aria-expanded={isOpen} onClick={() => act({ do: "toggle-seen" })}>
        <svg class="tip-seen-arrow" width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
          <path d="M5 2.5 L9 6 L5 9.5" />
        </svg>
        {getCountMessage("seen", count)}
      </button>
      {isOpen && (
        <>
          <div class="tip-seen-detail">
            <p class="ui-muted">{getMessage("seen_detail")}</p>
            <button class="ui-link" onClick={() => act({ do: "restore-seen" })}>
              {getMessage("seen_restore")}
            </button>
          </div>
          <ul class="tip-list">{children}</ul>
        </>
      )}
    </section>
  );
}

/** A draft without tips or advice is not necessarily good: below "good", what to do about the lowest dimension is shown. */
function WithoutTips({ assessment, view }: { assessment: Assessment; view: DraftView }) {
  if (assessment.band === "good" || assessment.band === "strong") {
    if (!isFaultless(view)) return null;
    return (
      <div class="ui-empty">
        <p>{getMessage(view.ignored > 0 ? "no_more_tips" : "no_tips")}</p>
        <p class="ui-muted">{getMessage("no_tips_next")}</p>
      </div>
    );
  }
  const name = weakestDimension(assessment.dimensions);
  return (
    <div class="ui-empty">
      <p class="ui-muted">
        {name ? getMessage("weakest", { dimension: getMessageOr(`dimension_${name}`, name) }) : getMessage("no_tips_weak")}
      </p>
      {name && <p>{getMessageOr(`do_${name}`, "")}</p>}
    </div>
  );
}

/** The lowest dimension for which there is advice; among equals, the first in reading order. */
const weakestDimension = (dimensions: Record<string, number>): string | null =>
  sortDimensions(Object.keys(dimensions).filter((name) => getMessageOr(`do_${name}`, "") !== "")).reduce<string | null>(
    (lowest, name) => (lowest === null || (dimensions[name] ?? 0) < (dimensions[lowest] ?? 0) ? name : lowest),
    null,
  );

/** The same line styles as under the words in the draft, so that colour is never the only sign of severity. */
const MARKS: Record<Tip["finding"]["severity"], string> = {
  grammar: "M0 4H3.5M5.25 4H8.75M10.5 4H14",
  limit: "M0 2.5H14M0 5.5H14",
  check: "M0 4Q1.75 0.5 3.5 4T7 4T10.5 4T14 4",
  tip: "M1 4H1.1M5 4H5.1M9 4H9.1M13 4H13.1",
};

function TipItem({ tip, open, canApply, act }: { tip: Tip; open: boolean; canApply: boolean; act: Act }) {
  const { finding, words } = tip;
  return (
    <li class={`tip tip-severity-${finding.severity}`}>
      <button class="tip-open" aria-expanded={open} onClick={() => act({ do: "select", tip: tip.id })}>
        <svg class="tip-mark" width="14" height="8" viewBox="0 0 14 8" aria-hidden="true">
          <path d={MARKS[finding.severity]} />
        </svg>
        <span class="tip-message">{finding.message}</span>
      </button>
      {open && (
        <div class="tip-more">
          {words ? (
            <blockquote class="tip-quote" dir="auto">
              {words}
            </blockquote>
          ) : (
            <p class="ui-muted">{getMessage("whole_text")}</p>
          )}
          {finding.replacements.length > 0 && (
            <div class="tip-replacements">
              <span class="ui-muted">{getMessage("replace_with")}</span>
              {finding.replacements.map((replacement) => (
                <Replacement key={replacement} replacement={replacement} tip={tip} canApply={canApply} act={act} />
              ))}
            </div>
          )}
          {finding.severity !== "grammar" && <Evidence finding={finding} />}
          <div class="ui-buttons">
            <button onClick={() => act({ do: "ignore", tip: tip.id })}>{getMessage("ignore")}</button>
            {finding.severity === "grammar" && canAddToDictionary(finding) && (
              <button onClick={() => act({ do: "add-word", word: words })}>{getMessage("add_word")}</button>
            )}
            <button onClick={() => act({ do: "turn-off", rule: finding.rule })}>{getMessage("turn_off")}</button>
          </div>
        </div>
      )}
    </li>
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
