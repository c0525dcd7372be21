import fc from "fast-check";
import { expect, it } from "vitest";
import { distanceInto } from "../../../src/content/paint/reveal.js";

const [TOP, BOTTOM] = [100, 500];

it.each([
  ["in view already", { top: 100, bottom: 500 }, 0],
  ["above", { top: 40, bottom: 60 }, -84],
  ["below", { top: 520, bottom: 540 }, 64],
  ["partly below", { top: 490, bottom: 510 }, 34],
  ["higher than the view", { top: 300, bottom: 900 }, 200],
])("scrolls no further than needed to words that are %s", (_, box, distance) => {
  expect(distanceInto(box, TOP, BOTTOM)).toBe(distance);
});

it("brings any words into view at once, and then leaves them there", () => {
  fc.assert(
    fc.property(fc.integer({ min: -2_000, max: 2_000 }), fc.integer({ min: 1, max: 400 }), (top, height) => {
      const distance = distanceInto({ top, bottom: top + height }, TOP, BOTTOM);
      const box = { top: top - distance, bottom: top + height - distance };
      expect(box.top >= TOP && box.bottom <= BOTTOM).toBe(true);
      expect(distanceInto(box, TOP, BOTTOM)).toBe(0);
    }),
  );
});
