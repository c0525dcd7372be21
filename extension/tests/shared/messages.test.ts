import { expect, it } from "vitest";
import messages from "../../src/messages.json" with { type: "json" };

/** A profile's tips say by themselves what to do. */
const OF_PROFILES = new Set(["about", "completeness", "consistency", "contact", "headline", "proof"]);

it("every dimension of a draft has a message that says what to do", () => {
  const named = (prefix: string): string[] =>
    Object.keys(messages)
      .flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []))
      .sort();
  expect(named("do_")).toEqual(named("dimension_").filter((name) => !OF_PROFILES.has(name)));
});
