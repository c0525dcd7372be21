/** The advice, the list of tips, and what the rep ignored or turned off. */
import type { ComponentChild, ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { isFaultless } from "../../shared/advice.js";
import { getCountMessage, getMessage, getMessageOr } from "../../shared/messages.js";
import { sortDimensions } from "../../shared/points.js";
import { toEntry } from "../../shared/rules-off.js";
import type { Act, DraftView, Tip } from "../../shared/view.js";
import type { Assessment } from "../../shared/wire.js";
import { DraftAdvice } from "./advice.js";
import { TipItem } from "./tip.js";
import { UndoTurnOff } from "./turn-off.js";

/** More tips than this are folded, the ones that cost the least. */
const UNFOLDED = 4;

export function Tips({ view, act }: { view: DraftView; act: Act }) {
  // Below advice all tips are closed at first: it matters more, and to leave the text would contradict an open tip.
  const isGrammar = ({ finding }: Tip): boolean => finding.severity === "grammar";
  const seen = view.tips.filter((tip) => tip.seen);
  const coach = view.tips.filter((tip) => !tip.seen && !isGrammar(tip));
  const grammar = view.tips.filter(isGrammar);
  const openId = view.selected ?? (view.advice.length > 0 ? null : (coach[0] ?? grammar[0])?.id) ?? null;
  const item = (tip: Tip) => <TipItem key={tip.id} tip={tip} open={tip.id === openId} view={view} act={act} />;
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
      <FoldedList key={`tips ${view.draft}`} tips={coach} openId={openId} item={item} />
      {seen.length > 0 && (
        <Seen count={seen.length} isOpen={view.isSeenOpen} act={act}>
          {seen.map(item)}
        </Seen>
      )}
      {grammar.length > 0 && (
        <section class="tip-section" aria-labelledby="grammar">
          <h3 id="grammar">{getMessage("grammar")}</h3>
          <p class="ui-muted">{getMessage("grammar_detail")}</p>
          <FoldedList key={`grammar ${view.draft}`} tips={grammar} openId={openId} item={item} />
        </section>
      )}
      {view.ignored > 0 && (
        <p class="ui-muted tip-undo tip-below">
          <span>{getCountMessage("ignored", view.ignored)}</span>
          <button class="ui-link" onClick={() => act({ do: "restore-ignored" })}>
            {getMessage("restore_ignored")}
          </button>
        </p>
      )}
      {view.turnedOff.length > 0 && (
        <div class="tip-below">
          {view.turnedOff.map((off) => (
            <UndoTurnOff key={toEntry(off)} off={off} act={act} />
          ))}
        </div>
      )}
    </>
  );
}

interface FoldedListProps {
  tips: Tip[];
  openId: string | null;
  item: (tip: Tip) => ComponentChild;
}

/** The first tips; the others once the rep asks for them, or opens one of them from its words. */
function FoldedList({ tips, openId, item }: FoldedListProps) {
  const [isUnfolded, setUnfolded] = useState(false);
  // One more tip takes no more room than the button would.
  const isFolded = !isUnfolded && tips.length > UNFOLDED + 1 && !tips.slice(UNFOLDED).some(({ id }) => id === openId);
  return (
    <>
      <ul class="tip-list">{(isFolded ? tips.slice(0, UNFOLDED) : tips).map(item)}</ul>
      {isFolded && (
        <button class="ui-link tip-unfold" onClick={() => setUnfolded(true)}>
          {getMessage("tips_more", { count: tips.length - UNFOLDED })}
        </button>
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
  // There are tips on the sentence that the rep is writing.
  if (view.typing > 0) return null;
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
