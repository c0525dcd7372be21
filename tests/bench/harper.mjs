/**
 * Answers each line {"text": ...} on standard input with {"milliseconds": t, "lints": n}: the time Harper took for the text.
 *
 * The package is imported by path because Node resolves names from the folders above this file, and node_modules is not there.
 */
import { createInterface } from "node:readline";
import { binary } from "../../extension/node_modules/harper.js/dist/binary.js";
import { LocalLinter } from "../../extension/node_modules/harper.js/dist/index.js";

const linter = new LocalLinter({ binary });
await linter.setup();

for await (const line of createInterface({ input: process.stdin })) {
  const { text } = JSON.parse(line);
  const start = performance.now();
  const lints = await linter.lint(text, { language: "plaintext" });
  const milliseconds = performance.now() - start;
  console.log(JSON.stringify({ milliseconds, lints: lints.length }));
  // They live in WebAssembly memory, which a long run would fill before the garbage collector frees them.
  for (const lint of lints) lint.free();
}
