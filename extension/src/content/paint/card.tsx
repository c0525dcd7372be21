/** The card: the same in a site's page, in the side panel and in the web composer. */
import { useEffect, useRef, useState } from "preact/hooks";
import { canAddToDictionary } from "../../shared/grammar.js";
import { sortDimensions } from "../../shared/points.js";
import type { Act, DraftView, Prompt, Status, Tip } from "../../shared/view.js";
import type { Assessment, Finding } from "../../shared/wire.js";
import { adapterPaused, say, sayOr } from "../../shared/words.js";
import { Compare } from "./compare.js";
import { Explanation } from "./explanation.js";
import { Question } from "./question.js";
import { BandWord, Ring } from "./ring.js";

export interface CardProps {
  view: DraftView;
  act: Act;
  organisation: string;
  /** In a page of our own a link may be typed. In a site's page its scripts would hear each key. */
  mayType?: boolean;
  /** Absent where the card cannot be closed. */
  close?: () => void;
}

const STALE: ReadonlySet<Status> = new Set<Status>([
  "unreachable",
  "busy",
  "unpaired",
  "no-consent",
  "reloaded",
  "site-changed",
]);
export const isStale = (view: DraftView): boolean => STALE.has(view.status);

const oneOrMany = (
  count: number,
  one: "ignored_one" | "popup_waiting_one",
  many: "ignored_many" | "popup_waiting_many",
): string => (count === 1 ? say(one) : say(many, { count }));

type Page = "tips" | "score" | "preview" | "compare";
const PAGES: readonly Page[] = ["tips", "score", "preview", "compare"];

/** Without a score there are no pages; a wording that the rep kept is in reach whatever has become of the draft. */
function pagesOf(view: DraftView, read: boolean): readonly Page[] {
  if (read && view.assessment?.score !== null) return PAGES;
  if (!view.keptWording || view.prompt) return [];
  return read ? ["tips", "compare"] : ["compare"];
}

export function Card({ view, act, close, organisation, mayType = false }: CardProps) {
  const [tab, setTab] = useState<Page>("tips");
  const read = view.assessment !== null && view.status !== "protected" && !view.prompt;
  const pages = pagesOf(view, read);
  const unjudged = read && view.assessment?.score === null && (
    <Unjudged note={view.assessment?.note ?? ""} code={view.assessment?.note_code ?? ""} />
  );
  const shown = view.selected ? "tips" : pages.includes(tab) ? tab : pages[0];
  const card = useRef<HTMLElement>(null);
  const restoreFocus = useRef(false);
  useEffect(() => {
    const tip = restoreFocus.current ? card.current?.querySelector<HTMLElement>('.tip-open[aria-expanded="true"]') : null;
    if (!tip) return;
    restoreFocus.current = false;
    tip.focus();
  });
  const openTip = (tip: string, event: MouseEvent): void => {
    // With the keyboard the focus follows; with the mouse it stays in the editor.
    restoreFocus.current = event.detail === 0;
    act({ do: "select", tip });
  };
  return (
    <section class="card" ref={card} aria-label={say("name")} onKeyDown={moveInside}>
      <Head view={view} {...(close ? { close } : {})} />
      {view.prompt?.state === "ask" && (
        <Question
          key={view.prompt.post}
          surface={view.surface}
          link={view.prompt.link}
          act={act}
          organisation={organisation}
          mayType={mayType}
        />
      )}
      {view.prompt && view.prompt.state !== "ask" && <ShareOutcome prompt={view.prompt} act={act} />}
      {view.status !== "fresh" && view.status !== "checking" && <Notice view={view} act={act} />}
      {shown && (
        <>
          <div class="pages" role="tablist">
            {pages.map((name) => (
              <button
                key={name}
                class="page"
                role="tab"
                id={`tab-${name}`}
                aria-selected={shown === name}
                tabIndex={shown === name ? 0 : -1}
                onClick={() => {
                  if (view.selected) act({ do: "select", tip: null });
                  setTab(name);
                }}
              >
                {say(name)}
                {name === "tips" && view.tips.length > 0 && <span class="count">{view.tips.length}</span>}
              </button>
            ))}
          </div>
          <div class="body" role="tabpanel" aria-labelledby={`tab-${shown}`} tabIndex={-1}>
            {!unjudged && view.assessment?.note && <p class="part quiet">{view.assessment.note}</p>}
            {shown === "tips" && unjudged}
            {shown === "tips" && <Tips view={view} act={act} />}
            {shown === "score" && <Explanation view={view} openTip={openTip} />}
            {shown === "preview" && <Preview view={view} />}
            {shown === "compare" && <Compare view={view} act={act} />}
          </div>
        </>
      )}
      {read && !shown && (
        <div class="body">
          {unjudged}
          <Tips view={view} act={act} />
        </div>
      )}
      <p class="said" role="status">
        {view.message && say(view.message)}
      </p>
    </section>
  );
}

/** Up and down move between tips, left and right between pages, as Tab would only step through every button. */
function moveInside(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const vertical = event.key === "ArrowDown" || event.key === "ArrowUp";
  if (!vertical && event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const forward = event.key === "ArrowDown" || event.key === "ArrowRight";
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(vertical ? ".tip-open" : ".page")];
  if (items.length === 0) return;
  const here = items.findIndex((item) => item === event.target || item.parentElement?.contains(event.target as Node));
  const at = vertical ? here : items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (!vertical && !(event.target as Element).matches(".page")) return;
  const next = items[(at + (forward ? 1 : items.length - 1) + (at < 0 && !forward ? 1 : 0)) % items.length];
  event.preventDefault();
  next?.focus();
  if (!vertical) next?.click();
}

function Head({ view, close }: { view: DraftView; close?: () => void }) {
  const { assessment } = view;
  const sure = assessment?.confidence;
  return (
    <header class="head">
      <Ring assessment={assessment} size={52} stale={isStale(view)} />
      <div class="verdict">
        {assessment?.band ? (
          <BandWord band={assessment.band} />
        ) : (
          <span class="band band-none">{say(`surface_${view.surface}`)}</span>
        )}
        {sure && assessment?.score !== null && (
          <>
            <span class="quiet">{say("likely", { low: sure.low, high: sure.high })}</span>
            <span class="quiet">{sure.reason}</span>
          </>
        )}
        {view.status === "checking" && <span class="quiet">{say("status_checking")}</span>}
      </div>
      {close && (
        <button class="icon" aria-label={say("close")} onClick={close}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path d="M3 3 L11 11 M11 3 L3 11" />
          </svg>
        </button>
      )}
    </header>
  );
}

function Notice({ view, act }: { view: DraftView; act: Act }) {
  const word = view.status === "protected" && view.detail === "server" ? "status_protected_server" : `status_${view.status}`;
  return (
    <div class={`notice notice-${view.status}`} role="status">
      <p>{(view.status === "refused" || view.status === "site-changed") && view.detail ? view.detail : sayOr(word, "")}</p>
      {view.status === "site-changed" && <p class="quiet">{say("write_meanwhile")}</p>}
      {view.status === "site-changed" && <button onClick={() => act({ do: "write" })}>{say("open_write")}</button>}
      {(view.status === "unreachable" || view.status === "busy") && (
        <button onClick={() => act({ do: "retry" })}>{say("retry")}</button>
      )}
      {(view.status === "unpaired" || view.status === "no-consent") && (
        <button onClick={() => act({ do: "settings" })}>{say("connect")}</button>
      )}
    </div>
  );
}

/** The server's note where it gave no score, with what to do next where the text is too short. Beside a score the note says
 * what was judged: the English part alone. */
function Unjudged({ note, code }: { note: string; code: string }) {
  return (
    <div class="nothing">
      <p>{note}</p>
      {code === "too-short" && <p class="quiet">{say("too_short_next")}</p>}
    </div>
  );
}

/** Nothing found is not yet good: below that band the weakest dimension says what to do. */
function WithoutTips({ assessment }: { assessment: Assessment }) {
  if (assessment.band === "good" || assessment.band === "strong") {
    return (
      <div class="nothing">
        <p>{say("no_tips")}</p>
        <p class="quiet">{say("no_tips_next")}</p>
      </div>
    );
  }
  const name = weakest(assessment.dimensions);
  return (
    <div class="nothing weakest">
      <p class="quiet">{name ? say("weakest", { dimension: sayOr(`dimension_${name}`, name) }) : say("no_tips_weak")}</p>
      {name && <p>{sayOr(`do_${name}`, "")}</p>}
    </div>
  );
}

function Tips({ view, act }: { view: DraftView; act: Act }) {
  const open = view.selected ?? view.tips[0]?.id ?? null;
  const isGrammar = ({ finding }: Tip): boolean => finding.severity === "grammar";
  const [coach, grammar] = [view.tips.filter((tip) => !isGrammar(tip)), view.tips.filter(isGrammar)];
  const item = (tip: Tip) => <TipItem key={tip.id} tip={tip} open={tip.id === open} canApply={view.canApply} act={act} />;
  return (
    <>
      {view.assessment && view.assessment.gate.state === "held" && (
        <p class="notice">{say("held", { reasons: view.assessment.gate.reasons.join("; ") })}</p>
      )}
      {coach.length === 0 && view.assessment?.band && view.assessment.gate.state === "open" && (
        <WithoutTips assessment={view.assessment} />
      )}
      <ul class="tips">{coach.map(item)}</ul>
      {grammar.length > 0 && (
        <section class="grammar" aria-labelledby="grammar">
          <h3 id="grammar">{say("grammar")}</h3>
          <p class="quiet">{say("grammar_where")}</p>
          <ul class="tips">{grammar.map(item)}</ul>
        </section>
      )}
      {view.ignored > 0 && (
        <p class="quiet ignored">
          {oneOrMany(view.ignored, "ignored_one", "ignored_many")}
          <button class="link" onClick={() => act({ do: "restore-ignored" })}>
            {say("bring_back")}
          </button>
        </p>
      )}
    </>
  );
}

const MARKS: Record<Tip["finding"]["severity"], string> = {
  grammar: "M0 4H3.5M5.25 4H8.75M10.5 4H14",
  limit: "M0 2.5H14M0 5.5H14",
  check: "M0 4Q1.75 0.5 3.5 4T7 4T10.5 4T14 4",
  tip: "M1 4H1.1M5 4H5.1M9 4H9.1M13 4H13.1",
};

function TipItem({ tip, open, canApply, act }: { tip: Tip; open: boolean; canApply: boolean; act: Act }) {
  const { finding, words } = tip;
  return (
    <li class={`tip severity-${finding.severity}`}>
      <button class="tip-open" aria-expanded={open} onClick={() => act({ do: "select", tip: tip.id })}>
        <svg class="mark" width="14" height="8" viewBox="0 0 14 8" aria-hidden="true">
          <path d={MARKS[finding.severity]} />
        </svg>
        <span class="tip-message">{finding.message}</span>
      </button>
      {open && (
        <div class="tip-more">
          {words ? <blockquote dir="auto">{words}</blockquote> : <p class="quiet">{say("whole_text")}</p>}
          {finding.replacements.length > 0 && (
            <div class="replace">
              <span class="quiet">{say("replace_with")}</span>
              {finding.replacements.map((replacement) => (
                <span class="chip" key={replacement}>
                  {canApply && !replacement.includes("\n") && !words.includes("\n") ? (
                    <button class="apply" title={say("apply")} onClick={() => act({ do: "apply", tip: tip.id, replacement })}>
                      {replacement || say("delete_words")}
                    </button>
                  ) : (
                    <span class="only">{replacement || say("delete_words")}</span>
                  )}
                  {replacement && (
                    <button
                      class="copy"
                      aria-label={`${say("copy")}: ${replacement}`}
                      title={say("copy")}
                      onClick={() => act({ do: "copy", text: replacement })}
                    >
                      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                        <path d="M4.5 4.5h6v6h-6z M7.5 2.5v-1h-6v6h1" />
                      </svg>
                    </button>
                  )}
                </span>
              ))}
            </div>
          )}
          {finding.severity !== "grammar" && <Why finding={finding} />}
          <div class="choices">
            <button onClick={() => act({ do: "ignore", tip: tip.id })}>{say("ignore")}</button>
            {finding.severity === "grammar" && canAddToDictionary(finding) && (
              <button onClick={() => act({ do: "add-word", word: words })}>{say("add_word")}</button>
            )}
            <button onClick={() => act({ do: "turn-off", rule: finding.rule })}>{say("turn_off")}</button>
          </div>
        </div>
      )}
    </li>
  );
}

function Why({ finding: { why, evidence } }: { finding: Finding }) {
  const graded = sayOr(`grade_${evidence.grade}`, say("grade_short", { grade: evidence.grade }));
  return (
    <>
      <p class="why">{why}</p>
      <p class="evidence" title={`${graded} (${evidence.source})`}>
        {graded}
      </p>
    </>
  );
}

/** The lowest dimension that there is something to say about; of equals the one that is read first. */
const weakest = (dimensions: Record<string, number>): string | null =>
  sortDimensions(Object.keys(dimensions).filter((name) => sayOr(`do_${name}`, "") !== "")).reduce<string | null>(
    (least, name) => (least === null || (dimensions[name] ?? 0) < (dimensions[least] ?? 0) ? name : least),
    null,
  );

/** The draft as readers see it before they click. */
function Preview({ view }: { view: DraftView }) {
  const length = view.assessment?.length;
  if (!length) return null;
  const over = length.used > length.limit;
  return (
    <div class="preview">
      <p class={over ? "length over" : "length"}>
        {sayOr(`length_${length.unit}`, say("length_characters", { used: length.used, limit: length.limit }), {
          used: length.used.toLocaleString(),
          limit: length.limit.toLocaleString(),
        })}
      </p>
      <svg class="meter" height="4" preserveAspectRatio="none" viewBox="0 0 100 4" aria-hidden="true">
        <rect class="meter-track" width="100" height="4" />
        <rect class={over ? "meter-over" : "meter-used"} width={Math.min(100, (100 * length.used) / length.limit)} height="4" />
      </svg>
      {length.folds.length === 0 && <p class="quiet">{say("fold_none")}</p>}
      {length.folds.length > 0 && <p class="quiet">{say("fold_hint")}</p>}
      {length.folds.map(({ where, offset }) => (
        <figure key={where} class={`fold fold-${where}`}>
          <figcaption>{sayOr(`fold_${where}`, where)}</figcaption>
          <p dir="auto">
            {offset === null ? view.text : view.text.slice(0, offset).trimEnd()}
            {offset !== null && <span class="more" dir="auto">{` ${say("see_more")}`}</span>}
          </p>
        </figure>
      ))}
    </div>
  );
}

function ShareOutcome({ prompt, act }: { prompt: Exclude<Prompt, { state: "ask" }>; act: Act }) {
  const sent = prompt.state === "sent" ? prompt.share : null;
  return (
    <div class="question" role="status">
      <p class="asked">
        {(prompt.state === "refused" && prompt.detail) || sayOr(`share_${sent ? sent.state : prompt.state}`, "")}
      </p>
      {sent?.entry && <p class="credit">{sent.entry.sentence}</p>}
      {sent?.reason && <p class="quiet">{sent.reason}</p>}
      {prompt.state !== "sending" && (
        <div class="choices">
          <button class="first" onClick={() => act({ do: "dismiss-prompt" })}>
            {say("done")}
          </button>
          {sent && sent.state !== "duplicate" && <button onClick={() => act({ do: "withdraw" })}>{say("withdraw")}</button>}
        </div>
      )}
    </div>
  );
}

const siteOf = ({ surface }: DraftView): string => (surface.startsWith("x-") ? "x" : "linkedin");

/** What is to be known before any score; else nothing. */
function wordOf(view: DraftView): string | null {
  switch (view.status) {
    case "unreachable":
    case "busy":
      return say("badge_offline");
    case "protected":
      return say("badge_protected");
    case "unpaired":
    case "no-consent":
      return say("badge_connect");
    case "reloaded":
      return say("badge_reload");
    case "site-changed":
      // The operator's own words are for the card, where there is room.
      return adapterPaused(siteOf(view));
    default:
      return null;
  }
}

/** The small mark beside the draft. */
export function Badge({ view, open, isOpen }: { view: DraftView; open: () => void; isOpen: boolean }) {
  const word = wordOf(view);
  const label = view.status === "site-changed" ? adapterPaused(siteOf(view)) : say("badge_open", { count: view.tips.length });
  return (
    <button class={`badge ${isStale(view) ? "badge-stale" : ""}`} aria-label={label} aria-expanded={isOpen} onClick={open}>
      <Ring assessment={view.assessment} size={30} stale={isStale(view)} />
      {word ? <span class="badge-word">{word}</span> : view.assessment?.band && <BandWord band={view.assessment.band} />}
      {view.tips.length > 0 && !word && <span class="count">{view.tips.length}</span>}
    </button>
  );
}

/** The badge as a bar across a narrow page, where the card is out of sight; it leads there. */
export function Bar({ view, open }: { view: DraftView; open: () => void }) {
  const { assessment, status, tips } = view;
  const word = wordOf(view) ?? (assessment?.band ? null : (assessment?.note ?? sayOr(`status_${status}`, "")));
  return (
    <button class={`badge bar ${isStale(view) ? "badge-stale" : ""}`} onClick={open}>
      <Ring assessment={assessment} size={30} stale={isStale(view)} />
      {word !== null ? <span class="badge-word">{word}</span> : assessment?.band && <BandWord band={assessment.band} />}
      {tips.length > 0 && (
        <span class="bar-tips">{tips.length === 1 ? say("bar_tips_one") : say("bar_tips_many", { count: tips.length })}</span>
      )}
      <svg class="bar-way" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2 4.5 L6 8.5 L10 4.5" />
      </svg>
    </button>
  );
}
