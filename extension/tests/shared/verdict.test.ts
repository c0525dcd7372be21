import { expect, it } from "vitest";
import { toVerdict } from "../../src/shared/verdict.js";

const ON_X = "Right in 65% of 9,105 pairs of posts on X by one author with one link (people: 61%)";
const OPENINGS =
  "Openings only: right in 67% of 3,819 pairs of a news site's headlines in randomised tests of 2013-15; not measured on LinkedIn";
const ON_COMMENTS = "No study of wordings in comments on LinkedIn: this only leans to the higher score";

it("names the better wording, its odds and the accuracy of the study", () => {
  const verdict = toVerdict({
    preferred: "b",
    probability_a: 0.393,
    basis: ON_X,
    reasons: ["Fewer variety of words", "More figures"],
  });
  expect(verdict.title).toBe("Your new wording is likely to do better");
  expect(verdict.odds).toEqual({ label: "Chance of being shared more, out of 100", earlier: 39, current: 61 });
  expect(verdict.reasons).toEqual(["More repeated words", "More figures"]);
  expect(verdict.basis).toMatch(/^Right 65% of the time .* 9,105 pairs .* People were right 61% of the time\.$/);
  expect(toVerdict({ preferred: "a", probability_a: 0.7, basis: ON_X, reasons: [] }).title).toBe(
    "Your earlier wording is likely to do better",
  );
});

it("calls two wordings too close, with odds and accuracy", () => {
  const verdict = toVerdict({ preferred: "undecided", probability_a: 0.52, basis: ON_X, reasons: [] });
  expect(verdict.title).toBe("Too close to call");
  expect(verdict.odds).toMatchObject({ earlier: 52, current: 48 });
});

it("names the openings when only they were compared", () => {
  const verdict = toVerdict({ preferred: "b", probability_a: 0.3, basis: OPENINGS, reasons: [] });
  expect(verdict.title).toBe("Your new opening is likely to draw more readers");
  expect(verdict.odds).toEqual({ label: "Chance of getting more clicks, out of 100", earlier: 30, current: 70 });
  expect(verdict.basis).toMatch(
    /^Only the openings .* 67% of the time .* 3,819 pairs .* in 2013-15\. Not tested on LinkedIn\.$/,
  );
});

it("gives the reason why no wording is called better", () => {
  const why = "The one that may get more clicks reads like click-bait, which costs trust";
  const verdict = toVerdict({ preferred: "undecided", probability_a: 0.2, basis: ON_X, reasons: [why] });
  expect(verdict).toMatchObject({ title: "No clear winner", note: why, reasons: [] });
});

it("shows no odds without a study", () => {
  const verdict = toVerdict({
    preferred: "undecided",
    probability_a: 0.497,
    basis: ON_COMMENTS,
    reasons: ["Scores 54 and 79 of 100"],
  });
  expect(verdict).toMatchObject({ title: "Undecided", odds: null, reasons: [], note: "" });
  expect(verdict.basis).toMatch(/^No study has compared wordings of LinkedIn comments/);
});

it("shows an unknown sentence of the server as it is", () => {
  expect(toVerdict({ preferred: "undecided", probability_a: 0.5, basis: "Something new", reasons: [] }).basis).toBe(
    "Something new",
  );
});
