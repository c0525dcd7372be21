import { expect, it } from "vitest";
import { parseEntry, rulesOffEverywhere, rulesOffOn, toEntry, withEntry, withoutEntry } from "../../src/shared/rules-off.js";

const RULE = "Repute.Hype";
const HERE = `${RULE}@x-post`;

it("an entry names a rule, and the surface if it is off on one only", () => {
  for (const off of [
    { rule: RULE, surface: null },
    { rule: RULE, surface: "x-post" },
  ]) {
    expect(parseEntry(toEntry(off))).toEqual(off);
  }
  expect(toEntry({ rule: RULE, surface: "x-post" })).toBe(HERE);
});

it("a rule is off on a surface if it is off there or everywhere", () => {
  expect(rulesOffOn([HERE, "Repute.Other"], "x-post")).toEqual([RULE, "Repute.Other"]);
  expect(rulesOffOn([HERE, "Repute.Other"], "x-reply")).toEqual(["Repute.Other"]);
});

it("a rule that is off on one surface is not off everywhere", () => {
  expect(rulesOffEverywhere([HERE, "Repute.Other", "Repute.Third@long-form"])).toEqual(["Repute.Other"]);
});

it("everywhere takes the place of single surfaces", () => {
  expect(withEntry([HERE, "Repute.Other"], RULE)).toEqual(["Repute.Other", RULE]);
  expect(withEntry([RULE], HERE)).toEqual([RULE]);
  expect(withEntry([HERE], HERE)).toEqual([HERE]);
  expect(withoutEntry([HERE, RULE], HERE)).toEqual([RULE]);
});
