/** The card: the same in a site's page, in the side panel and in the web composer. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { countRemarks, markOf } from "../../shared/advice.js";
import { getMessage, getMessageOr } from "../../shared/messages.js";
import { isSame } from "../../shared/same.js";
import type { Act, DraftView } from "../../shared/view.js";
import { isPlace } from "../../shared/wire.js";
import { isStale } from "./badge.js";
import { Compare } from "./compare.js";
import { Explanation } from "./explanation.js";
import { Preview } from "./preview.js";
import { BandWord, formatDoubt, Ring } from "./ring.js";
import { Question, ShareOutcome } from "./share-prompt.js";
import { Tips } from "./tips.js";
import { Unread } from "./unread.js";

export interface CardProps {
  view: DraftView;
  act: Act;
  organisation: string;
  /** Whether a link may be typed: only in one of our own pages, because a site's scripts receive every key press. */
  mayType?: boolean;
  /** Absent where the card cannot be closed. */
  close?: () => void;
}

type Tab = "tips" | "score" | "preview" | "compare";
const TABS: readonly Tab[] = ["tips", "score", "preview", "compare"];

/** Without a score there are no tabs. Articles and drafts on other sites cannot be compared. But a wording that was kept stays
 * available, also once a post has become a long one. */
function tabsOf(view: DraftView, isAssessed: boolean): readonly Tab[] {
  if (isAssessed && view.assessment?.score !== null) {
    return isPlace(view.assessment?.surface) && !view.keptWording ? TABS.filter((tab) => tab !== "compare") : TABS;
  }
  if (!view.keptWording || view.prompt) return [];
  return isAssessed ? ["tips", "compare"] : ["compare"];
}

export function Card({ view, act, close, organisation, mayType = false }: CardProps) {
  const [tab, setTab] = useState<Tab>("tips");
  const isAssessed = view.assessment !== null && view.status !== "protected" && !view.prompt;
  const tabs = tabsOf(view, isAssessed);
  const unscored = isAssessed && view.assessment?.score === null && (
    <Unscored note={view.assessment?.note ?? ""} code={view.assessment?.note_code ?? ""} />
  );
  const shown = view.selected ? "tips" : tabs.includes(tab) ? tab : tabs[0];
  // Most keys change nothing but the text, which these do not show, and then they are not rendered again.
  const settled = useSettled({ ...view, text: "" });
  const list = useMemo(() => <List view={settled} act={act} />, [settled, act]);
  const head = useMemo(() => <Head view={settled} {...(close ? { close } : {})} />, [settled, close]);
  const card = useRef<HTMLElement>(null);
  const focusTip = useRef(false);
  useEffect(() => {
    const tip = focusTip.current ? card.current?.querySelector<HTMLElement>('.tip-open[aria-expanded="true"]') : null;
    if (!tip) return;
    focusTip.current = false;
    tip.focus();
  });
  const openTip = (tip: string, event: MouseEvent): void => {
    // After a key press the focus follows; after a mouse click it stays in the editor.
    focusTip.current = event.detail === 0;
    act({ do: "select", tip });
  };
  const openTab = (name: Tab): void => {
    if (view.selected) act({ do: "select", tip: null });
    setTab(name);
  };
  return (
    <section
      class="card"
      ref={card}
      aria-label={getMessage("name")}
      onKeyDown={moveFocus}
      // Of the card and not only of its list, whose end a message may cover.
      onPointerLeave={() => act({ do: "leave-list", by: "pointer" })}
    >
      {head}
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
      {view.status !== "fresh" && view.status !== "checking" && <StatusNotice view={view} act={act} />}
      {!view.prompt && view.status !== "empty" && <Unread words={view.unread} act={act} />}
      {shown && (
        <>
          <TabList tabs={tabs} shown={shown} open={openTab} count={countRemarks(view)} />
          <div class="card-body" role="tabpanel" aria-labelledby={`tab-${shown}`} tabIndex={-1}>
            {!unscored && view.assessment?.note && <p class="card-note ui-muted">{view.assessment.note}</p>}
            {shown === "tips" && unscored}
            {shown === "tips" && list}
            {shown === "score" && <Explanation view={view} openTip={openTip} />}
            {shown === "preview" && <Preview view={view} />}
            {shown === "compare" && <Compare view={view} act={act} />}
          </div>
        </>
      )}
      {isAssessed && !shown && (
        <div class="card-body">
          {unscored}
          {list}
        </div>
      )}
      <p class="card-message" role="status">
        {view.message ? getMessage(view.message) : view.isWaiting && getMessage("list_waiting")}
      </p>
    </section>
  );
}

/** The value of an earlier rendering for as long as the new ones say the same. */
function useSettled<T>(value: T): T {
  const settled = useRef(value);
  if (!isSame(settled.current, value)) settled.current = value;
  return settled.current;
}

/** Tells when the pointer has come to the list or the focus is in it: until they leave, no row may move. */
function List({ view, act }: { view: DraftView; act: Act }) {
  const leaveBoth = (): void => {
    act({ do: "leave-list", by: "pointer" });
    act({ do: "leave-list", by: "focus" });
  };
  // A list that is removed, or shows another draft, gets no event of the pointer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only then
  useLayoutEffect(() => leaveBoth, [view.draft]);
  return (
    <div
      class="card-list"
      onPointerEnter={() => act({ do: "enter-list", by: "pointer" })}
      onFocusIn={() => act({ do: "enter-list", by: "focus" })}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) act({ do: "leave-list", by: "focus" });
      }}
    >
      <Tips view={view} act={act} />
    </div>
  );
}

/** The up and down arrow keys move between advice and tips, left and right between tabs: with Tab alone every button would be a stop. */
function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const isVertical = event.key === "ArrowDown" || event.key === "ArrowUp";
  if (!isVertical && event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const isForward = event.key === "ArrowDown" || event.key === "ArrowRight";
  const items = [
    ...event.currentTarget.querySelectorAll<HTMLElement>(
      isVertical ? ".advice-show, .advice-toggle, .tip-open, .tip-seen-toggle" : ".ui-tab",
    ),
  ];
  if (items.length === 0) return;
  if (!isVertical && !(event.target as Element).matches(".ui-tab")) return;
  const current = isVertical
    ? items.findIndex((item) => item === event.target || item.parentElement?.contains(event.target as Node))
    : items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  // From outside the list, moving forward leads to the first item and moving back to the last.
  const next = items[(current + (isForward ? 1 : items.length - 1) + (current < 0 && !isForward ? 1 : 0)) % items.length];
  event.preventDefault();
  next?.focus();
  if (!isVertical) next?.click();
}

interface TabListProps {
  tabs: readonly Tab[];
  shown: Tab;
  open: (tab: Tab) => void;
  /** How many pieces of advice and tips there are. */
  count: number;
}

function TabList({ tabs, shown, open, count }: TabListProps) {
  return (
    <div class="ui-tabs" role="tablist">
      {tabs.map((name) => (
        <button
          key={name}
          class="ui-tab"
          role="tab"
          id={`tab-${name}`}
          aria-selected={shown === name}
          tabIndex={shown === name ? 0 : -1}
          onClick={() => open(name)}
        >
          {getMessage(name)}
          {name === "tips" && count > 0 && <span class="ui-count">{count}</span>}
        </button>
      ))}
    </div>
  );
}

function Head({ view, close }: { view: DraftView; close?: () => void }) {
  const mark = markOf(view);
  const confidence = mark?.confidence;
  return (
    <header class="card-head">
      <Ring assessment={mark} size={36} stale={isStale(view)} />
      <p class="card-verdict">
        {mark?.band ? (
          <BandWord band={mark.band} />
        ) : (
          <span class="band band-none">{getMessage(`surface_${view.surface}`)}</span>
        )}
        {confidence && mark?.score !== null && (
          <span class="ui-muted" title={confidence.reason}>
            {formatDoubt(confidence)}
          </span>
        )}
        {view.status === "checking" && <span class="ui-muted">{getMessage("status_checking")}</span>}
      </p>
      {close && (
        <button class="ui-icon" aria-label={getMessage("close")} onClick={close}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path d="M3 3 L11 11 M11 3 L3 11" />
          </svg>
        </button>
      )}
    </header>
  );
}

/** Why there are no tips, and what to do about it. A text from the server or the operator is shown instead of ours. */
function StatusNotice({ view: { status, detail }, act }: { view: DraftView; act: Act }) {
  const key = status === "protected" && detail === "server" ? "status_protected_server" : `status_${status}`;
  const hasOwnText = (status === "refused" || status === "site-changed") && detail !== "";
  return (
    <div class={`ui-notice ui-notice-${status}`} role="status">
      <p>{hasOwnText ? detail : getMessageOr(key, "")}</p>
      {status === "site-changed" && (
        <>
          <p class="ui-muted">{getMessage("use_write_instead")}</p>
          <button onClick={() => act({ do: "write" })}>{getMessage("open_write")}</button>
        </>
      )}
      {(status === "unreachable" || status === "busy") && (
        <button onClick={() => act({ do: "retry" })}>{getMessage("retry")}</button>
      )}
      {(status === "unpaired" || status === "no-consent") && (
        <button onClick={() => act({ do: "settings" })}>
          {getMessage(status === "unpaired" ? "connect" : "settings_title")}
        </button>
      )}
    </div>
  );
}

/** The server's note on why there is no score, with what to do next if the text is too short. (Beside a score, the note says
 * which part was scored, as in a draft that is only partly English.) */
function Unscored({ note, code }: { note: string; code: string }) {
  return (
    <div class="ui-empty">
      <p>{note}</p>
      {code === "too-short" && <p class="ui-muted">{getMessage("too_short_hint")}</p>}
      {code === "no-score" && <p class="ui-muted">{getMessage("no_score_no_credit")}</p>}
    </div>
  );
}
