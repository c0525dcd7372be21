import { expect, it } from "vitest";
import { formatInterval } from "../../../src/content/paint/ring.js";

it.each([
  [{ low: 0, high: 29 }, "Could be as high as 29"],
  [{ low: 71, high: 100 }, "Could be as low as 71"],
  [{ low: 22, high: 80 }, "Could be between 22 and 80"],
  [{ low: 0, high: 100 }, "Could be between 0 and 100"],
])("leaves out interval bounds that say nothing: %o", (interval, text) => {
  expect(formatInterval(interval)).toBe(text);
});
