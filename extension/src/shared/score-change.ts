/** What changed the score between an earlier wording and a later one, part by part. */
import { type Part, sum, toParts } from "./parts.js";
import { stepsOf, toWaterfall, type Waterfall } from "./points.js";
import type { Assessment } from "./wire.js";

export interface Assessed {
  text: string;
  assessment: Assessment | null;
}

/** From the score of the earlier wording to that of the later one, the largest change first. `null` if the two scores cannot be
 * compared: another surface, another scoring version, or no score. */
export function scoreChange(earlier: Assessed, later: Assessed): Waterfall | null {
  const [before, after] = [earlier.assessment, later.assessment];
  if (before === null || after === null || before.score === null || after.score === null) return null;
  if (before.surface !== after.surface || before.scoring_version !== after.scoring_version) return null;
  const earlierParts = toParts(before.contributions, earlier.text);
  const changed = changedParts(earlierParts, toParts(after.contributions, later.text));
  return toWaterfall(
    sum(earlierParts),
    stepsOf(changed)
      .filter((step) => step.tenths !== 0)
      .sort((a, b) => Math.abs(b.tenths) - Math.abs(a.tenths)),
  );
}

/** How much each part changed, without those that did not. A part of both wordings belongs to its dimension in the later one,
 * because a sentence may count most for another dimension there. */
function changedParts(earlier: readonly Part[], later: readonly Part[]): Part[] {
  const before = byIdentity(earlier);
  const after = byIdentity(later);
  const changed = [...after].map(([identity, part]): Part => {
    const old = before.get(identity);
    const tenths = part.tenths - (old?.tenths ?? 0);
    return { ...part, value: null, tenths, ...(old ? {} : { change: "added" as const }) };
  });
  const removed = [...before].filter(([identity]) => !after.has(identity));
  return [
    ...changed,
    ...removed.map(([, part]): Part => ({ ...part, value: null, tenths: -part.tenths, change: "removed" })),
  ].filter(({ tenths }) => tenths !== 0);
}

/** A sentence is the same where its words are, wherever it stands: its number changes when one is inserted before it. The first
 * of two equal sentences corresponds to the first of the other wording, and so on. */
function byIdentity(parts: readonly Part[]): Map<string, Part> {
  const identified = new Map<string, Part>();
  for (const part of parts) {
    const { kind, dimension, name, words } = part;
    const identity = words ? words.trim().replaceAll(/\s+/g, " ") : `${dimension} ${name}`;
    let occurrence = 1;
    while (identified.has(`${kind} ${occurrence} ${identity}`)) occurrence += 1;
    identified.set(`${kind} ${occurrence} ${identity}`, part);
  }
  return identified;
}
