/** The reducers can be tested in milliseconds only while they touch nothing outside of them. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const IMPURE =
  /\b(document|window|navigator|globalThis|chrome|localStorage|fetch|request|setTimeout|clearTimeout|requestAnimationFrame|performance|crypto|Math\.random|new Date|Date\.now|async|await|Promise)\b/;
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;
/** Names of properties that are among those words: the id of a request. */
const PROPERTIES = /\brequest\b(?!\()/g;

const files = ["draft", "page"].flatMap((folder) =>
  readdirSync(`src/${folder}`)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/${folder}/${name}`),
);

it.each(files)("%s uses no DOM, clock, timer, request or randomness", (path) => {
  const code = readFileSync(path, "utf8").replaceAll(COMMENTS, "").replaceAll(PROPERTIES, "");
  expect(IMPURE.exec(code)?.[0]).toBeUndefined();
});
