import { expect, it } from "vitest";
import { isSame } from "../../src/shared/same.js";

const shared = { words: ["leverage"] };

it.each([
  [1, 1],
  [null, null],
  [{ a: [1, { b: null }] }, { a: [1, { b: null }] }],
  [
    { a: shared, b: 1 },
    { b: 1, a: shared },
  ],
])("%j and %j say the same", (one, other) => {
  expect(isSame(one, other)).toBe(true);
  expect(isSame(other, one)).toBe(true);
});

it.each([
  [1, "1"],
  [null, {}],
  [[], {}],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [{ a: [1, 2] }, { a: [1] }],
  [{ a: { b: ["x"] } }, { a: { b: ["y"] } }],
])("%j and %j do not", (one, other) => {
  expect(isSame(one, other)).toBe(false);
  expect(isSame(other, one)).toBe(false);
});
