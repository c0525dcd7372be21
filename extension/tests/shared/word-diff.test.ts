import fc from "fast-check";
import { expect, it } from "vitest";
import { diffWords } from "../../src/shared/word-diff.js";

const compact = (before: string, after: string) =>
  diffWords(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? `{+${text}+}` : `{-${text}-}`))
    .join("");

it.each([
  ["the same", "the same", "the same"],
  ["We leverage forms.", "We use forms.", "We {-leverage-}{+use+} forms."],
  ["We leverage our forms.", "We use your figures.", "We {-leverage our forms-}{+use your figures+}."],
  ["Fewer came back.", "Fewer came back: [your figure] in May.", "Fewer came back{+: [your figure] in May+}."],
  [
    "We are glad and we are proud.",
    "It took time and it was worth it.",
    "{-We are glad and we are proud-}{+It took time and it was worth it+}.",
  ],
  ["", "New", "{+New+}"],
  ["Old", "", "{-Old-}"],
])("%s | %s", (before, after, expected) => expect(compact(before, after)).toBe(expected));

it("gives both wordings back, in any case", () => {
  const text = fc
    .array(fc.constantFrom("we", "use", "forms", " ", ".", "\n", "[your figure]", "\u{1F600}"))
    .map((words) => words.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const parts = diffWords(before, after);
      const without = (kind: string) => parts.flatMap((part) => (part.kind === kind ? [] : part.text)).join("");
      expect([without("added"), without("removed")]).toEqual([before, after]);
      expect(parts.every(({ text: words }) => words !== "")).toBe(true);
    }),
  );
});

it("takes its time for long wordings only up to a limit", () => {
  const [before, after] = ["a ".repeat(2_000), "b ".repeat(2_000)];
  expect(diffWords(before, after).map(({ kind }) => kind)).toEqual(["removed", "added"]);
});
