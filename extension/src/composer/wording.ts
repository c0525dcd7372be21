/** Suggested wordings in the web composer: by the browser's own model in this page, or by the organisation's server. */
import { askDeviceModel } from "../shared/device-model.js";
import { getMessage } from "../shared/messages.js";
import type { Result } from "../shared/result.js";
import { suggest } from "../shared/suggest.js";
import { type Assessment, readAssessment, readWording } from "../shared/wire.js";
import type { Suggested, WordingHelp, WordingJob, WordingStep } from "../shared/wording-help.js";

type Post = <T>(
  endpoint: "assess" | "wording",
  body: object,
  read: (value: unknown, field: string) => T,
  options: { signal: AbortSignal },
) => Promise<Result<T>>;

export class WordingRequests {
  #current = new AbortController();

  constructor(
    readonly help: WordingHelp,
    readonly post: Post,
  ) {}

  cancel(): void {
    this.#current.abort();
  }

  async suggest(job: WordingJob, onStep: (step: WordingStep) => void): Promise<Result<Suggested>> {
    this.cancel();
    this.#current = new AbortController();
    const { signal } = this.#current;
    const result = await suggest(
      job,
      {
        ask: () =>
          this.help.mode === "device"
            ? askDeviceModel(job, { signal, mayDownload: true, onStep })
            : this.#askServer(job, signal),
        score: (text, previous): Promise<Result<Assessment>> =>
          this.post("assess", { surface: job.surface, text, previous, read_anyway: false }, readAssessment, { signal }),
      },
      onStep,
    );
    return signal.aborted ? { error: "stale" } : result;
  }

  async #askServer({ surface, text, advice, span, company }: WordingJob, signal: AbortSignal): Promise<Result<string>> {
    const result = await this.post("wording", { surface, text, advice: advice.code, company }, readWording, { signal });
    if (!("ok" in result)) return result;
    const isSame = result.ok.span.start === span.start && result.ok.span.end === span.end;
    return isSame ? { ok: result.ok.text } : { error: "refused", detail: getMessage("wording_outdated") };
  }
}
