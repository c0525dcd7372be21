/** What becomes a link in the preview of a post. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { firstLink, partsOf } from "../../src/composer/post-parts.js";

const linked = (text: string): string[] => partsOf(text).flatMap(({ words, isLinked }) => (isLinked ? words : []));

it("links addresses, hashtags and mentions, without the marks after them", () => {
  expect(linked("Read https://example.com/a?b=1. Thanks @maria.lind, and #DeskWork!")).toEqual([
    "https://example.com/a?b=1",
    "@maria.lind",
    "#DeskWork",
  ]);
});

it("links neither numbers nor addresses of mail", () => {
  expect(linked("Form #9 goes to ida@example.com, C#")).toEqual([]);
});

it("adds up to the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("#", "@", "a", " ", ".", "https://", "é", "1") }), (text) => {
      expect(
        partsOf(text)
          .map(({ words }) => words)
          .join(""),
      ).toBe(text);
    }),
  );
});

it("names the host of the first address", () => {
  expect(firstLink("See (https://www.example.com/a), then https://example.org")).toBe("example.com");
  expect([firstLink("No address"), firstLink("https://")]).toEqual([null, null]);
});
