import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { UserText } from "../../src/content/user-text.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a text that a script wrote is not user text", () => {
  const userText = new UserText("found");
  userText.textChanged("written by the page");
  expect(userText.isUserText("written by the page")).toBe(false);
  expect(userText.isUserText("found")).toBe(true);
});

it("a change soon after user input is user text, a later one is not", () => {
  const userText = new UserText(null);
  userText.markUserInput("", 1_000);
  userText.textChanged("typed");
  expect(userText.isUserText("typed")).toBe(true);
  vi.advanceTimersByTime(1_001);
  userText.textChanged("typed by the page");
  expect(userText.isUserText("typed by the page")).toBe(false);
});

it("a click into a text makes it user text, but not what it changes to", () => {
  const userText = new UserText(null);
  expect(userText.markUserInput("found", 0)).toBe(true);
  expect(userText.markUserInput("found", 0)).toBe(false);
  userText.textChanged("changed");
  expect(userText.isUserText("changed")).toBe(false);
});
