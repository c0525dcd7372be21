/**
 * Answers each line {"text": ...} on standard input with {"milliseconds": t, "lints": n}: how long Harper took over it.
 *
 * The package is named by its place because Node looks for one above the importing file, and node_modules is not there.
 */
import { createInterface } from "node:readline";
import { binary } from "../../extension/node_modules/harper.js/dist/binary.js";
import { LocalLinter } from "../../extension/node_modules/harper.js/dist/index.js";

const linter = new LocalLinter({ binary });
await linter.setup();

for await (const line of createInterface({ input: process.stdin })) {
  const { text } = JSON.parse(line);
  const began = performance.now();
  const lints = await linter.lint(text, { language: "plaintext" });
  const milliseconds = performance.now() - began;
  console.log(JSON.stringify({ milliseconds, lints: lints.length }));
  // They live in WebAssembly's memory, where a long run would leave them to the garbage collector's mercy.
  for (const lint of lints) lint.free();
}
