/** The score beside a draft, or as a bar across a narrow page. */
import { countRemarks, markOf } from "../../shared/advice.js";
import { adapterPaused, getCountMessage, getMessage, getMessageOr } from "../../shared/messages.js";
import type { DraftView, Status } from "../../shared/view.js";
import { BandWord, Ring } from "./ring.js";

const STALE: ReadonlySet<Status> = new Set<Status>([
  "unreachable",
  "busy",
  "unpaired",
  "no-consent",
  "reloaded",
  "site-changed",
]);

/** Whether the score shown may be older than the draft, because no new one is available. */
export const isStale = (view: DraftView): boolean => STALE.has(view.status);

const siteOf = ({ surface }: DraftView): string => (surface.startsWith("x-") ? "x" : "linkedin");

/** In a few words why the score is not current; `null` if it is. */
function getObstacle(view: DraftView): string | null {
  switch (view.status) {
    case "unreachable":
      return getMessage("badge_offline");
    case "busy":
      return getMessage("badge_busy");
    case "protected":
      return getMessage("badge_protected");
    case "unpaired":
      return getMessage("badge_connect");
    case "no-consent":
      return getMessage("badge_setup");
    case "reloaded":
      return getMessage("badge_reload");
    case "site-changed":
      // The operator's own text is for the card, where there is room.
      return adapterPaused(siteOf(view));
    default:
      return null;
  }
}

interface BadgeProps {
  view: DraftView;
  open: () => void;
}

export function Badge({ view, open, isOpen }: BadgeProps & { isOpen: boolean }) {
  const obstacle = getObstacle(view);
  const count = countRemarks(view);
  const mark = markOf(view);
  const label = view.status === "site-changed" ? adapterPaused(siteOf(view)) : getMessage("badge_open", { count });
  return (
    <button class={`badge ${isStale(view) ? "badge-stale" : ""}`} aria-label={label} aria-expanded={isOpen} onClick={open}>
      <Ring assessment={mark} size={30} stale={isStale(view)} />
      {obstacle ? <span class="badge-word">{obstacle}</span> : mark?.band && <BandWord band={mark.band} />}
      {count > 0 && !obstacle && <span class="ui-count">{count}</span>}
    </button>
  );
}

/** Shown where the card is out of sight; a click scrolls to it. */
export function Bar({ view, open }: BadgeProps) {
  const { assessment, status } = view;
  const mark = markOf(view);
  const count = countRemarks(view);
  const text = getObstacle(view) ?? (mark?.band ? null : (assessment?.note ?? getMessageOr(`status_${status}`, "")));
  return (
    <button class={`badge badge-bar ${isStale(view) ? "badge-stale" : ""}`} onClick={open}>
      <Ring assessment={mark} size={30} stale={isStale(view)} />
      {text !== null ? <span class="badge-word">{text}</span> : mark?.band && <BandWord band={mark.band} />}
      {count > 0 && <span class="badge-tips">{getCountMessage("bar_tips", count)}</span>}
      <svg class="badge-arrow" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2 4.5 L6 8.5 L10 4.5" />
      </svg>
    </button>
  );
}
