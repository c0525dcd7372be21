/**
 * Where the badge goes: beside the box around the editor, or else above or below the editor, wherever it covers no control of the
 * site and, if there is room, nothing else either. The first spots depend on top edges, which stay where they are while a draft grows
 * or is scrolled. Where there is no such spot for the whole badge, only its ring is shown; if need be, in a corner of the viewport.
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

/** Around the editor. */
export const SPOTS = [
  "right",
  "left",
  "above-end",
  "above-start",
  "under-end",
  "under-start",
  "under-middle",
  "under-between",
  "below-end",
  "below-start",
  "over-bottom",
  "over-top",
] as const;
/** Of the viewport, where the editor leaves no spot. */
export const CORNERS = ["bottom-right", "bottom-left", "top-right", "top-left"] as const;
export type Spot = (typeof SPOTS | typeof CORNERS)[number];

export const GAP = 8;
/** Between two boxes that are tried one after the other under the editor, for a gap between the buttons of its toolbar. */
const SLIDE_STEP = 16;

export interface Size {
  width: number;
  height: number;
}
/** The badge as wide as it may become, so that another score does not move it, and with nothing but its ring. */
export interface Sizes {
  full: Size;
  compact: Size;
}

/** `slide` is how far the box is from the end of the line under the editor, for "under-between" alone. */
export interface Place {
  spot: Spot;
  isCompact: boolean;
  slide: number;
}

export interface Choice extends Place {
  cover: Cover;
}

/** The box that the badge is given there. */
export function boxOf({ spot, isCompact, slide }: Place, around: Surroundings, sizes: Sizes): Box {
  const { editor, container, width, height } = around;
  const size = isCompact ? sizes.compact : sizes.full;
  const { start, end } = lineOf(around);
  const left: Record<Spot, number> = {
    right: container.right + GAP,
    left: container.left - GAP - size.width,
    "above-end": end - size.width,
    "above-start": start,
    "under-end": end - size.width,
    "under-start": start,
    // Toolbars have their buttons at the sides.
    "under-middle": (start + end - size.width) / 2,
    "under-between": end - size.width - slide,
    "below-end": end - size.width,
    "below-start": start,
    "over-bottom": end - size.width,
    "over-top": end - size.width,
    "bottom-right": width - GAP - size.width,
    "bottom-left": GAP,
    "top-right": width - GAP - size.width,
    "top-left": GAP,
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
    "under-between": under,
    "below-end": below,
    "below-start": below,
    "over-bottom": editor.bottom - size.height,
    "over-top": editor.top,
    "bottom-right": height - GAP - size.height,
    "bottom-left": height - GAP - size.height,
    "top-right": GAP,
    "top-left": GAP,
  };
  return { left: left[spot], top: top[spot], right: left[spot] + size.width, bottom: top[spot] + size.height };
}

/** From where to where the spots above and under the editor may be. */
const lineOf = ({ editor, container, width }: Surroundings): { start: number; end: number } => ({
  start: Math.max(editor.left, container.left, GAP),
  end: Math.min(editor.right, container.right, width - GAP),
});

/** Whether the badge is at the start of its box; otherwise it is at the end, towards the editor's right edge. */
export const isAtStart = (spot: Spot): boolean =>
  spot === "right" || spot.endsWith("-start") || spot.endsWith("-middle") || spot.endsWith("-left");

export const fits = (box: Box, { width, height }: Surroundings): boolean =>
  box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;

/** Every place, in groups: one of a later group is taken only if in all earlier ones the badge would cover a control. */
export function* placesIn(around: Surroundings, sizes: Sizes): Generator<Place[]> {
  for (const spots of [SPOTS, CORNERS]) {
    for (const isCompact of [false, true]) {
      yield spots.flatMap((spot) => slidesOf(spot, around, sizes, isCompact).map((slide) => ({ spot, isCompact, slide })));
    }
  }
}

function slidesOf(spot: Spot, around: Surroundings, sizes: Sizes, isCompact: boolean): number[] {
  if (spot !== "under-between") return [0];
  const { start, end } = lineOf(around);
  const room = end - start - (isCompact ? sizes.compact : sizes.full).width;
  return Array.from({ length: Math.max(0, Math.floor(room / SLIDE_STEP)) }, (_, index) => (index + 1) * SLIDE_STEP);
}

const isSame = (one: Place, other: Place): boolean =>
  one.spot === other.spot && one.isCompact === other.isCompact && one.slide === other.slide;

/** The first place of the best ones, or that of before if it is one of them. `null` if the badge would cover a control everywhere. */
export function chooseSpot(
  before: Choice | null,
  around: Surroundings,
  sizes: Sizes,
  coverOf: (box: Box) => Cover,
): Choice | null {
  for (const places of placesIn(around, sizes)) {
    const kept = before ? places.filter((place) => isSame(place, before)) : [];
    let best: Choice | null = null;
    for (const place of [...kept, ...places]) {
      const box = boxOf(place, around, sizes);
      if (!fits(box, around)) continue;
      const cover = coverOf(box);
      if (cover === "nothing") return { ...place, cover };
      if (cover === "content") best ??= { ...place, cover };
    }
    if (best) return best;
  }
  return null;
}
