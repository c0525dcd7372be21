/**
 * Where the badge goes: beside the box around the editor, or else above or below the editor, wherever it covers no control of the
 * site and, if there is room, nothing else either. The first spots depend on top edges, which stay where they are while a draft grows
 * or is scrolled.
 */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** In the viewport, which is `width` by `height`: the part of the editor that can be seen, and the dialog or box around it. */
export interface Surroundings {
  editor: Box;
  container: Box;
  width: number;
  height: number;
}

/** What lies under a box, the least harmful to cover first. */
export const COVERS = ["nothing", "content", "control"] as const;
export type Cover = (typeof COVERS)[number];

export const SPOTS = [
  "right",
  "left",
  "above-end",
  "above-start",
  "under-end",
  "under-start",
  "under-middle",
  "below-end",
  "below-start",
  "over-bottom",
  "over-top",
] as const;
export type Spot = (typeof SPOTS)[number];

export const GAP = 8;

/** The box of a spot. It is as wide as the badge may become, so that another score does not move the badge. */
export function boxOf(
  spot: Spot,
  { editor, container, width, height }: Surroundings,
  size: { width: number; height: number },
): Box {
  const end = Math.min(editor.right, container.right, width - GAP);
  const start = Math.max(editor.left, container.left, GAP);
  const left: Record<Spot, number> = {
    right: container.right + GAP,
    left: container.left - GAP - size.width,
    "above-end": end - size.width,
    "above-start": start,
    "under-end": end - size.width,
    "under-start": start,
    // Toolbars have their buttons at the sides.
    "under-middle": (start + end - size.width) / 2,
    "below-end": end - size.width,
    "below-start": start,
    "over-bottom": end - size.width,
    "over-top": end - size.width,
  };
  const beside = Math.max(GAP, Math.min(container.top, height - GAP - size.height));
  const under = editor.bottom + GAP / 2;
  const below = container.bottom + GAP;
  const top: Record<Spot, number> = {
    right: beside,
    left: beside,
    "above-end": editor.top - GAP - size.height,
    "above-start": editor.top - GAP - size.height,
    "under-end": under,
    "under-start": under,
    "under-middle": under,
    "below-end": below,
    "below-start": below,
    "over-bottom": editor.bottom - size.height,
    "over-top": editor.top,
  };
  return { left: left[spot], top: top[spot], right: left[spot] + size.width, bottom: top[spot] + size.height };
}

/** Whether the badge is at the start of its box; otherwise it is at the end, towards the editor's right edge. */
export const isAtStart = (spot: Spot): boolean => spot === "right" || spot.endsWith("-start") || spot.endsWith("-middle");

const fits = (box: Box, { width, height }: Surroundings): boolean =>
  box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;

export interface Choice {
  spot: Spot;
  cover: Cover;
}

/** The spot of before, as long as it is as good as it was; otherwise the first of the best ones. `null` if the badge would cover a
 * control everywhere. */
export function chooseSpot(
  before: Choice | null,
  around: Surroundings,
  size: { width: number; height: number },
  coverOf: (box: Box) => Cover,
): Choice | null {
  const judge = (spot: Spot): Choice | null => {
    const box = boxOf(spot, around, size);
    return fits(box, around) ? { spot, cover: coverOf(box) } : null;
  };
  const kept = before && judge(before.spot);
  if (kept && COVERS.indexOf(kept.cover) <= COVERS.indexOf(before.cover)) return before;
  let best: Choice | null = null;
  for (const spot of SPOTS) {
    const choice = judge(spot);
    if (choice?.cover === "nothing") return choice;
    if (choice?.cover === "content") best ??= choice;
  }
  return best;
}
