/** The largest parts that a dimension consists of, and the sums of the others. */
import type { ComponentChildren } from "preact";
import { formatNumber, getMessage } from "../../shared/messages.js";
import { firstWords, type OtherParts, type Part, shortlist } from "../../shared/parts.js";
import { formatSigned } from "../../shared/points.js";

/** A sentence by its first words, so that it is recognised without counting; anything else by its label. */
export const labelOf = ({ words, label }: Part): string =>
  words.trim() ? getMessage("sentence_quote", { words: firstWords(words) }) : label;

interface Props {
  parts: readonly Part[];
  /** How a part is shown, if not only by its label. */
  render?: (part: Part) => ComponentChildren;
}

export function PartList({ parts, render }: Props) {
  const { shown, others } = shortlist(parts);
  return (
    <>
      {shown.map((part) => (
        <p class="score-part" key={`${part.kind}${part.name}${part.change ?? ""}`}>
          {render?.(part) ?? <PartLabel part={part} />}
          <span class="ui-number">{formatSigned(part.tenths)}</span>
        </p>
      ))}
      {others.map((group) => (
        <p class="score-part ui-muted" key={group.kind}>
          <span>{labelOfOthers(group)}</span>
          <span class="ui-number">{formatSigned(group.tenths)}</span>
        </p>
      ))}
    </>
  );
}

function PartLabel({ part }: { part: Part }) {
  return (
    <span>
      <span dir="auto">{labelOf(part)}</span> <span class="ui-muted">{noteOn(part)}</span>
    </span>
  );
}

/** What was measured or, in a comparison, which of the two wordings has the part. */
function noteOn({ value, unit, change, kind }: Part): string {
  if (change) return kind === "sentence" ? getMessage(`part_${change}`) : "";
  if (value === null) return "";
  if (unit === "0 or 1") return getMessage(value ? "measure_yes" : "measure_no");
  const number = formatNumber(Number(value.toFixed(2)));
  return / to /.test(unit) ? getMessage("measure_scale", { value: number, scale: unit }) : `${number} ${unit}`.trimEnd();
}

function labelOfOthers({ kind, count }: OtherParts): string {
  if (kind === "sentence") return getMessage("other_sentences", { count });
  return getMessage(kind === "finding" ? "other_tips" : "other_measures", { count });
}
