/** The draft as readers see it before they click "see more", and how long it is. */
import { formatNumber, getMessage, getMessageOr } from "../../shared/messages.js";
import type { DraftView } from "../../shared/view.js";

export function Preview({ view }: { view: DraftView }) {
  const length = view.assessment?.length;
  if (!length) return null;
  const isOver = length.used > length.limit;
  const values = { used: formatNumber(length.used), limit: formatNumber(length.limit) };
  return (
    <div class="preview">
      <p class={isOver ? "preview-length preview-over" : "preview-length"}>
        {getMessageOr(`length_${length.unit}`, getMessage("length_characters", values), values)}
      </p>
      <svg class="ui-meter" height="4" preserveAspectRatio="none" viewBox="0 0 100 4" aria-hidden="true">
        <rect class="ui-meter-track" width="100" height="4" />
        <rect
          class={isOver ? "ui-meter-over" : "ui-meter-used"}
          width={Math.min(100, (100 * length.used) / length.limit)}
          height="4"
        />
      </svg>
      <p class="ui-muted">{getMessage(length.folds.length === 0 ? "fold_none" : "fold_hint")}</p>
      {length.folds.map(({ where, offset }) => (
        <figure key={where} class={`preview-fold preview-fold-${where}`}>
          <figcaption>{getMessageOr(`fold_${where}`, where)}</figcaption>
          <p dir="auto">
            {offset === null ? view.text : view.text.slice(0, offset).trimEnd()}
            {offset !== null && <span class="preview-more" dir="auto">{` ${getMessage("see_more")}`}</span>}
          </p>
        </figure>
      ))}
    </div>
  );
}
