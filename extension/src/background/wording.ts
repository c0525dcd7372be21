/** A suggested wording: by this browser's own model, or by the organisation's endpoint, which only the server calls. */
import { setTradeWords } from "../content/text/protected.js";
import type { components } from "../shared/api.js";
import { askDeviceModel, offerHere } from "../shared/device-model.js";
import { getMessage } from "../shared/messages.js";
import type { Result } from "../shared/result.js";
import { suggest } from "../shared/suggest.js";
import { readAssessment, readSurface, readWording } from "../shared/wire.js";
import { MAX_WORDED_DRAFT, offeredHelp, type Suggested, type WordingJob } from "../shared/wording-help.js";
import { ApiError } from "./api.js";
import * as pairing from "./pairing.js";
import { logSent } from "./sent-log.js";

type Schemas = components["schemas"];

export async function suggestWording(job: WordingJob, signal: AbortSignal): Promise<Suggested> {
  const { text, advice, company } = job;
  const account = await pairing.account();
  const { mode } = offeredHelp(await offerHere(account?.me ?? {}));
  if (mode === "off") throw new ApiError("refused", getMessage("wording_off"));
  // What the page does not take for protected because of them must not be refused here.
  setTradeWords(account?.me.organisation.trade_words ?? []);
  if (text.length > MAX_WORDED_DRAFT) throw new ApiError("too-long");
  const surface = readSurface(job.surface, "surface");
  const askEndpoint = async (): Promise<string> => {
    await logSent("wording", surface, text.length);
    const body: Schemas["WordingIn"] = { surface, text, advice: advice.code, company };
    const answer = await pairing.authorizedCall({ method: "POST", path: "/api/v1/wording", body, read: readWording, signal });
    // The server chooses the passage by its own assessment, which may by now be another one.
    if (answer.span.start !== job.span.start || answer.span.end !== job.span.end)
      throw new ApiError("refused", getMessage("wording_outdated"));
    return answer.text;
  };
  const scored = async (suggested: string, previous: string) => {
    await logSent("comparison", surface, suggested.length + previous.length);
    const body: Schemas["AssessIn"] = { surface, text: suggested, previous, read_anyway: false };
    return pairing.authorizedCall({ method: "POST", path: "/api/v1/assess", body, read: readAssessment, signal });
  };
  const result = await suggest(
    job,
    {
      // A download needs a click in a page of the extension: the options have a button for it.
      ask: (_, onStep) =>
        mode === "device" ? askDeviceModel(job, { signal, mayDownload: false, onStep }) : asResult(askEndpoint),
      score: (suggested, previous) => asResult(() => scored(suggested, previous)),
    },
    () => undefined,
  );
  if ("ok" in result) return result.ok;
  throw new ApiError(result.error, result.detail, result.code);
}

async function asResult<T>(send: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: await send() };
  } catch (error) {
    if (error instanceof ApiError) return { error: error.code, detail: error.detail, code: error.problem };
    throw error;
  }
}
