/** Where the badge goes, for boxes that are given. What is under them is found in a browser (tests/browser/test_badge_place.py). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Box,
  boxOf,
  type Choice,
  type Cover,
  chooseSpot,
  SPOTS,
  type Surroundings,
} from "../../../src/content/paint/badge-spot.js";

const SIZE = { width: 150, height: 38 };
const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });
/** A dialog in a wide window, with a toolbar below its editor. */
const DIALOG: Surroundings = { editor: box(100, 100, 600, 300), container: box(80, 60, 620, 380), width: 1200, height: 760 };
/** The same on a phone. */
const PHONE: Surroundings = { editor: box(8, 60, 352, 180), container: box(0, 0, 360, 240), width: 360, height: 640 };

const overlaps = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
/** A page with these controls and pictures. */
const page =
  (controls: readonly Box[], content: readonly Box[] = []) =>
  (at: Box): Cover =>
    controls.some((control) => overlaps(control, at))
      ? "control"
      : content.some((one) => overlaps(one, at))
        ? "content"
        : "nothing";
const choose = (around: Surroundings, coverOf: (at: Box) => Cover, before: Choice | null = null) =>
  chooseSpot(before, around, SIZE, coverOf);

describe("the badge", () => {
  it("is beside the dialog where there is room, and on a phone under the editor", () => {
    expect(choose(DIALOG, page([]))?.spot).toBe("right");
    expect(choose({ ...DIALOG, width: 700 }, page([box(80, 60, 620, 100)]))?.spot).toBe("under-end");
    expect(choose(PHONE, page([box(280, 4, 352, 44)]))?.spot).toBe("above-start");
  });

  it("rather covers words than a control", () => {
    const foot = box(0, 180, 360, 240);
    const head = box(0, 0, 360, 60);
    const below = box(0, 240, 360, 640);
    expect(choose(PHONE, page([foot, head, below], [PHONE.editor]))).toEqual({ spot: "over-bottom", cover: "content" });
  });

  it("is not shown where it would cover a control everywhere", () => {
    expect(choose(PHONE, page([box(0, 0, 360, 640)]))).toBeNull();
  });

  it("stays where it is while the draft grows, until something is in its way", () => {
    const before = choose(DIALOG, page([]));
    const grown = { ...DIALOG, editor: box(100, 100, 600, 420), container: box(80, 60, 620, 500) };
    expect(choose(grown, page([]), before)).toBe(before);
    expect(boxOf("right", grown, SIZE)).toEqual(boxOf("right", DIALOG, SIZE));
    const sidebar = box(625, 90, 800, 200);
    expect(choose(grown, page([sidebar]), before)?.spot).toBe("above-end");
  });

  it("stays in a place that was the best one, though a better one has become free", () => {
    const foot = page([box(0, 180, 360, 640), box(0, 0, 360, 60)], [PHONE.editor]);
    const before = choose(PHONE, foot);
    expect(before?.spot).toBe("over-bottom");
    expect(choose(PHONE, page([], [PHONE.editor]), before)).toBe(before);
  });
});

it("covers no control, whatever the page looks like, and is in the window", () => {
  const edge = fc.integer({ min: -100, max: 900 });
  const anyBox = fc
    .tuple(edge, edge, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 400 }))
    .map(([left, top, w, h]) => box(left, top, left + w, top + h));
  fc.assert(
    fc.property(
      anyBox,
      anyBox,
      fc.array(anyBox, { maxLength: 6 }),
      fc.array(anyBox, { maxLength: 6 }),
      (editor, container, first, then) => {
        const around = { editor, container, width: 900, height: 600 };
        let before: Choice | null = null;
        for (const controls of [first, then]) {
          const choice: Choice | null = choose(around, page(controls), before);
          const places = SPOTS.map((spot) => boxOf(spot, around, SIZE));
          const isInWindow = (at: Box): boolean => at.left >= 0 && at.top >= 0 && at.right <= 900 && at.bottom <= 600;
          const free = places.filter((at) => isInWindow(at) && page(controls)(at) !== "control");
          expect(choice === null).toBe(free.length === 0);
          if (choice) expect(free).toContainEqual(boxOf(choice.spot, around, SIZE));
          before = choice;
        }
      },
    ),
  );
});
