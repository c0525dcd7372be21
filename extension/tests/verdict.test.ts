import { expect, it } from "vitest";
import { verdictOf } from "../src/shared/verdict.js";

const ON_X = "Right in 65% of 9,105 pairs of posts on X by one author with one link (people: 61%)";
const OPENINGS = "Openings only: right in 67% of 3,819 pairs of a news site's headlines in randomised tests of 2013-15; not measured on LinkedIn";
const ON_COMMENTS = "No study of wordings in comments on LinkedIn: this only leans to the higher score";

it("names the likelier wording, its chances, and how often such an answer was right", () => {
  const verdict = verdictOf({ preferred: "b", probability_a: 0.393, basis: ON_X, reasons: ["Fewer variety of words", "More figures"] });
  expect(verdict.title).toBe("Your new wording is likely to do better");
  expect(verdict.odds).toEqual({ of: "Chances in 100 of being passed on more", kept: 39, now: 61 });
  expect(verdict.reasons).toEqual(["More words used twice", "More figures"]);
  expect(verdict.basis).toMatch(/^Right in 65 of 100 .* 9,105 pairs .* People were right in 61\.$/);
  expect(verdictOf({ preferred: "a", probability_a: 0.7, basis: ON_X, reasons: [] }).title).toBe("Your earlier wording is likely to do better");
});

it("says so where two are too close, chances and accuracy beside it", () => {
  const verdict = verdictOf({ preferred: "undecided", probability_a: 0.52, basis: ON_X, reasons: [] });
  expect(verdict.title).toBe("Too close to call");
  expect(verdict.odds).toMatchObject({ kept: 52, now: 48 });
});

it("speaks of the openings alone where they alone were compared", () => {
  const verdict = verdictOf({ preferred: "b", probability_a: 0.3, basis: OPENINGS, reasons: [] });
  expect(verdict.title).toBe("Your new opening is likely to draw more readers");
  expect(verdict.odds).toEqual({ of: "Chances in 100 of drawing more clicks", kept: 30, now: 70 });
  expect(verdict.basis).toMatch(/^Only the openings .* 67 of 100 .* 3,819 pairs .* of 2013-15\. It has not been measured on LinkedIn\.$/);
});

it("says what keeps it from calling one better", () => {
  const why = "The one that may get more clicks reads like click-bait, which costs trust";
  const verdict = verdictOf({ preferred: "undecided", probability_a: 0.2, basis: ON_X, reasons: [why] });
  expect(verdict).toMatchObject({ title: "Neither is called better", note: why, reasons: [] });
});

it("shows no chances where nothing was measured", () => {
  const verdict = verdictOf({ preferred: "undecided", probability_a: 0.497, basis: ON_COMMENTS, reasons: ["Scores 54 and 79 of 100"] });
  expect(verdict).toMatchObject({ title: "Undecided", odds: null, reasons: [], note: "" });
  expect(verdict.basis).toMatch(/^Nobody has measured wordings of comments on LinkedIn/);
});

it("passes on what the server says in words it does not know", () => {
  expect(verdictOf({ preferred: "undecided", probability_a: 0.5, basis: "Something new", reasons: [] }).basis).toBe("Something new");
});
