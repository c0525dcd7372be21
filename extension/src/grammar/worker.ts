/** The web composer's worker, in which Harper runs: the page itself may then forbid WebAssembly and stays responsive while Harper loads. */
import { Linter } from "./linter.js";
import type { CheckRequest, CheckResponse } from "./messages.js";

let linter: Linter | null = null;

async function check({ id, binary, text, settings }: CheckRequest): Promise<CheckResponse> {
  linter ??= new Linter(binary);
  try {
    return { id, findings: await linter.check(text, settings) };
  } catch {
    return { id };
  }
}

self.addEventListener("message", ({ data }: MessageEvent<CheckRequest>) => {
  void check(data).then((response) => self.postMessage(response));
});
