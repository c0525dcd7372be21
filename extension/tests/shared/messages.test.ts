import { expect, it } from "vitest";
import messages from "../../src/messages.json" with { type: "json" };
import { getCountMessage, getMessage } from "../../src/shared/messages.js";

/** Dimensions of profiles, whose tips already say what to do. */
const PROFILE_DIMENSIONS = new Set(["about", "completeness", "consistency", "contact", "headline", "proof"]);

it("every dimension of a draft has a message that says what to do", () => {
  const namesWith = (prefix: string): string[] =>
    Object.keys(messages)
      .flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
      .sort();
  expect(namesWith("do_")).toEqual(namesWith("dimension_").filter((name) => !PROFILE_DIMENSIONS.has(name)));
});

it("has a plural for every singular", () => {
  const keys = new Set(Object.keys(messages));
  for (const key of keys) if (key.endsWith("_one")) expect(keys).toContain(key.replace(/_one$/, "_many"));
});

it("fills placeholders, and names the panel as the browser does", () => {
  expect(getMessage("interval_up_to", { high: 29 })).toBe("Could be as high as 29");
  expect(getMessage("open_panel")).toBe("Open the side panel");
  expect(getCountMessage("bar_tips", 1)).toBe("1 tip");
  expect(getCountMessage("bar_tips", 2)).toBe("2 tips");
});
