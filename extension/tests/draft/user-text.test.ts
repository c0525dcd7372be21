import { expect, it } from "vitest";
import { changeText, markUserInput, type UserText } from "../../src/draft/user-text.js";

const NONE: UserText = { text: null, inputUntil: 0 };

it("a text that a script wrote is not user text", () => {
  expect(changeText({ text: "found", inputUntil: 0 }, "written by the page", 5_000).text).toBe("found");
});

it("a change soon after user input is user text, a later one is not", () => {
  const typed = changeText(markUserInput(NONE, "", 1_000, 5_000), "typed", 5_999);
  expect(typed.text).toBe("typed");
  expect(changeText(typed, "typed by the page", 6_000).text).toBe("typed");
});

it("a shorter input does not end the time of a longer one", () => {
  const pasted = markUserInput(NONE, "", 5_000, 1_000);
  expect(changeText(markUserInput(pasted, "", 1_000, 1_500), "pasted", 5_500).text).toBe("pasted");
});

it("a click into a text makes it user text, but not what it changes to", () => {
  const clicked = markUserInput(NONE, "found", 0, 5_000);
  expect(clicked.text).toBe("found");
  expect(changeText(clicked, "changed", 5_000).text).toBe("found");
});
