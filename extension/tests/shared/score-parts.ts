/** Parts of a score, and assessments made of them, for tests. */
import fc from "fast-check";
import { type Part, sum } from "../../src/shared/parts.js";
import type { Assessed } from "../../src/shared/score-change.js";
import type { Assessment, Contribution } from "../../src/shared/wire.js";

export const part = (values: Partial<Part>): Part => ({
  kind: "measure",
  name: "m",
  dimension: "hook",
  label: "M",
  tenths: 0,
  value: null,
  unit: "",
  words: "",
  ...values,
});
export const BASELINE = part({ kind: "baseline", name: "average-draft", dimension: "", tenths: 425 });
export const sentence = (words: string, values: Partial<Part> = {}): Part =>
  part({ kind: "sentence", name: "", words, ...values });

const dimension = fc.constantFrom("hook", "voice", "form", "new-one");
const tenths = fc.integer({ min: -300, max: 300 });
const measures = fc.array(fc.record({ dimension, tenths })).map((all) => all.map((one, i) => part({ ...one, name: `m${i}` })));
const sentences = fc.array(
  fc.record({ dimension, tenths, words: fc.constantFrom("It broke.", "We fixed it 🛠.", "Who\nelse?", "Call me.") }),
);
export const arbitraryParts: fc.Arbitrary<Part[]> = fc
  .tuple(measures, sentences)
  .map(([first, second]) => [...first, ...second.map(({ words, ...values }) => sentence(words, values))]);

/** A draft that consists of the sentences among `parts`, numbered in their order, with the average draft as the start. */
export function assessed(parts: readonly Part[], values: Partial<Assessment> = {}): Assessed {
  let text = "";
  let number = 0;
  const contributions = [BASELINE, ...parts].map(({ tenths, words, change: _, ...rest }): Contribution => {
    if (rest.kind !== "sentence") return { ...rest, points: tenths / 10, span: null };
    number += 1;
    const span = { start: text.length, end: text.length + words.length };
    text += `${words} `;
    return { ...rest, name: `sentence-${number}`, label: `Sentence ${number}`, points: tenths / 10, span };
  });
  const score = sum([BASELINE, ...parts]) / 10;
  return { text, assessment: { surface: "x-post", scoring_version: "v", score, contributions, ...values } as Assessment };
}
