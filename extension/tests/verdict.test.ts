import { expect, it } from "vitest";
import { verdictOf } from "../src/shared/verdict.js";

const ON_X = "Right in 65% of 1,135 pairs of posts on X by one author with one link (people: 61%)";
const ON_LINKEDIN = "No study of wordings on LinkedIn: this only leans to the higher score";

it("names the likelier wording, its chances, and how often such an answer was right", () => {
  const verdict = verdictOf({ preferred: "b", probability_a: 0.393, basis: ON_X, reasons: ["Fewer variety of words", "More figures"] });
  expect(verdict.title).toBe("Your new wording is likely to do better");
  expect(verdict.odds).toEqual({ kept: 39, now: 61 });
  expect(verdict.reasons).toEqual(["More words used twice", "More figures"]);
  expect(verdict.basis).toMatch(/^Right in 65 of 100 .* 1,135 pairs .* People were right in 61\.$/);
  expect(verdictOf({ preferred: "a", probability_a: 0.7, basis: ON_X, reasons: [] }).title).toBe("Your earlier wording is likely to do better");
});

it("says so where two are too close, chances and accuracy beside it", () => {
  const verdict = verdictOf({ preferred: "undecided", probability_a: 0.52, basis: ON_X, reasons: [] });
  expect(verdict.title).toBe("Too close to call");
  expect(verdict.odds).toEqual({ kept: 52, now: 48 });
});

it("shows no chances where nothing was measured", () => {
  const verdict = verdictOf({ preferred: "undecided", probability_a: 0.497, basis: ON_LINKEDIN, reasons: ["Scores 54 and 79 of 100"] });
  expect(verdict).toMatchObject({ title: "Undecided", odds: null, reasons: [] });
  expect(verdict.basis).toMatch(/^Nobody has measured wordings on LinkedIn/);
});

it("passes on what the server says in words it does not know", () => {
  expect(verdictOf({ preferred: "undecided", probability_a: 0.5, basis: "Something new", reasons: [] }).basis).toBe("Something new");
});
