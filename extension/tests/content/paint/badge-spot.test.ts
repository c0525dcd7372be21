/** Where the badge goes, for boxes that are given. What is under them is found in a browser (tests/browser/test_badge_place.py). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Box,
  boxOf,
  type Choice,
  type Cover,
  chooseSpot,
  fits,
  placesIn,
  type Surroundings,
} from "../../../src/content/paint/badge-spot.js";

const SIZES = { full: { width: 150, height: 38 }, compact: { width: 38, height: 38 } };
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
  chooseSpot(before, around, SIZES, coverOf);

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
    expect(choose(PHONE, page([foot, head, below], [PHONE.editor]))).toMatchObject({ spot: "over-bottom", cover: "content" });
  });

  it("is not shown where it would cover a control everywhere", () => {
    expect(choose(PHONE, page([box(0, 0, 360, 640)]))).toBeNull();
  });

  it("stays where it is while the draft grows, until something is in its way", () => {
    const before = choose(DIALOG, page([]));
    const grown = { ...DIALOG, editor: box(100, 100, 600, 420), container: box(80, 60, 620, 500) };
    expect(choose(grown, page([]), before)).toEqual(before);
    expect(boxOf(before!, grown, SIZES)).toEqual(boxOf(before!, DIALOG, SIZES));
    const sidebar = box(625, 90, 800, 200);
    expect(choose(grown, page([sidebar]), before)?.spot).toBe("above-end");
  });

  it("leaves the words of the draft as soon as another place is free, and stays there among equal ones", () => {
    const foot = page([box(0, 180, 360, 640), box(0, 0, 360, 60)], [PHONE.editor]);
    const before = choose(PHONE, foot);
    expect(before?.spot).toBe("over-bottom");
    const after = choose(PHONE, page([box(200, 0, 360, 60)], [PHONE.editor]), before);
    expect(after).toMatchObject({ spot: "above-start", cover: "nothing" });
    expect(choose(PHONE, page([], [PHONE.editor]), after)).toEqual(after);
    const top = choose(PHONE, page([box(0, 180, 360, 640), box(0, 0, 360, 60)], [PHONE.editor]), {
      ...before!,
      spot: "over-top",
    });
    expect(top?.spot).toBe("over-top");
  });

  it("finds a gap between the buttons of the toolbar under the editor", () => {
    const buttons = [box(100, 304, 260, 344), box(440, 304, 600, 344)];
    const around = { ...DIALOG, container: box(0, 0, 700, 760), width: 700 };
    const choice = choose(around, page([box(0, 0, 700, 300), ...buttons, box(0, 350, 700, 760)]));
    expect(choice).toMatchObject({ spot: "under-middle", cover: "nothing" });
    const shifted = [box(100, 304, 200, 344), box(370, 304, 600, 344)];
    const between = choose(around, page([box(0, 0, 700, 300), ...shifted, box(0, 350, 700, 760)]));
    expect(between).toMatchObject({ spot: "under-between", isCompact: false, cover: "nothing" });
    const { left, right } = boxOf(between!, around, SIZES);
    expect([left >= 200, right <= 370]).toEqual([true, true]);
  });

  it("is only its ring where there is no room for the whole, then in a corner", () => {
    const frame = { editor: box(0, 0, 400, 40), container: box(0, 0, 400, 40), width: 400, height: 60 };
    const line = page([box(0, 41, 300, 60), box(0, 0, 340, 40)], [frame.editor]);
    expect(choose(frame, line)).toMatchObject({ isCompact: true, cover: "content" });
    const corner = page([box(0, 0, 1200, 700), box(0, 700, 1100, 760)]);
    expect(choose(DIALOG, corner)).toMatchObject({ spot: "bottom-right", isCompact: true });
    expect(choose(DIALOG, page([box(0, 0, 1200, 700)]))).toMatchObject({ spot: "bottom-right", isCompact: false });
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
          const places = [...placesIn(around, SIZES)].flat().map((place) => boxOf(place, around, SIZES));
          const free = places.filter((at) => fits(at, around) && page(controls)(at) !== "control");
          expect(choice === null).toBe(free.length === 0);
          if (choice) expect(free).toContainEqual(boxOf(choice, around, SIZES));
          before = choice;
        }
      },
    ),
  );
});
