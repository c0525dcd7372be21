/** How a draft becomes the pages of a document. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { PAGE_LIMIT, pagesOf } from "../../src/composer/document-pages.js";

it("makes one page of each paragraph and leaves out lines of hashtags", () => {
  const text = "Our pilots filled in nine forms.\nA day.\n\n  \nNow it is one.\n\n#Harbour #Paperwork";
  expect(pagesOf(text)).toEqual(["Our pilots filled in nine forms.\nA day.", "Now it is one."]);
});

it("keeps a hashtag that is part of a sentence", () => {
  expect(pagesOf("#Harbour pilots deserve better.")).toEqual(["#Harbour pilots deserve better."]);
});

it("divides a long paragraph between sentences, and leaves a long sentence whole", () => {
  const short = "The clerk reads the number aloud and types it in again. ";
  const long = `One sentence ${"and another clause ".repeat(16)}ends here.`;
  const pages = pagesOf(short.repeat(6) + long);
  expect(pages.map((page) => page.length > PAGE_LIMIT)).toEqual([false, false, true]);
  expect(pages.at(-1)).toBe(long);
});

it("loses no word", () => {
  const words = fc.array(fc.constantFrom("Ida", "counts", "crates.", "Why?", "\n\n", "\n", "12", "“ja”"), { maxLength: 120 });
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join(" ");
      expect(pagesOf(text).join(" ").split(/\s+/u).filter(Boolean)).toEqual(text.split(/\s+/u).filter(Boolean));
    }),
  );
});
