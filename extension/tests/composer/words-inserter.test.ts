/** Spaces around an answer, and which questions there are. */
import { expect, it } from "vitest";
import { questionsOf } from "../../src/composer/answer-box.js";
import { endOfWords, withSpaces } from "../../src/composer/words-inserter.js";

it.each([
  ["", " Nine pilots. ", "", "Nine pilots."],
  ["They asked.", "Nine pilots.", "", " Nine pilots."],
  ["They asked.\n\n", "Nine pilots.", "", "Nine pilots."],
  ["They", "all nine", "asked", " all nine "],
  ["They ", "all nine", ", in May", "all nine"],
])("between %j and what follows, %j is inserted apart", (before, words, after, inserted) => {
  expect(withSpaces(before, words, after)).toBe(inserted);
});

it.each([
  ["Nine pilots asked.", "Nine pilots asked."],
  ["Nine pilots asked.\n\n#Harbour #Forms2026\n", "Nine pilots asked."],
  ["Nine pilots asked.\n#Harbour,\n#Forms", "Nine pilots asked."],
  ["Nine pilots asked #Harbour", "Nine pilots asked #Harbour"],
  ["#Harbour #Forms", "#Harbour #Forms"],
  ["Form\n#9 is theirs.", "Form\n#9 is theirs."],
])("the words of %j end before its last lines of hashtags", (text, words) => {
  expect(text.slice(0, endOfWords(text))).toBe(words);
});

it("asks each question once, and nothing for advice without one", () => {
  const advice = ["Which customer?", "", "When?", "Which customer?"].map((question, index) => ({
    code: `advice-${index}`,
    message: "Name one.",
    question,
    worth: 3,
    spans: [],
  }));
  expect(questionsOf(advice)).toEqual(["Which customer?", "When?"]);
});
