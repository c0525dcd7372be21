/**
 * The browser's own language model (the Prompt API): Chrome has one since version 138 in extensions, also in their workers, and
 * since 148 in pages; Firefox has none. Texts stay on the device.
 */
import { getMessage, type MessageKey } from "./messages.js";
import type { Result } from "./result.js";
import type { Me } from "./wire.js";
import {
  systemPrompt,
  userPrompt,
  type WordingJob,
  type WordingOffer,
  type WordingStep,
  wordingOffer,
} from "./wording-help.js";

export type Availability = "unavailable" | "downloadable" | "downloading" | "available";

interface Monitor {
  addEventListener: (type: "downloadprogress", listener: (event: { loaded: number }) => void) => void;
}
interface Options {
  expectedInputs: { type: "text"; languages: string[] }[];
  expectedOutputs: { type: "text"; languages: string[] }[];
}
interface LanguageModelSession {
  prompt: (input: string, options: { signal: AbortSignal }) => Promise<string>;
  destroy: () => void;
}
interface LanguageModelApi {
  availability: (options: Options) => Promise<Availability>;
  create: (
    options: Options & {
      initialPrompts?: { role: "system"; content: string }[];
      signal: AbortSignal;
      monitor: (monitor: Monitor) => void;
    },
  ) => Promise<LanguageModelSession>;
}

/** The coach reads English only. The same for each call, because models differ in what they can do. */
const LANGUAGES: Options = {
  expectedInputs: [{ type: "text", languages: ["en"] }],
  expectedOutputs: [{ type: "text", languages: ["en"] }],
};
/** A small machine may need most of this. */
const TIMEOUT_MS = 60_000;

const api = (): LanguageModelApi | undefined => (globalThis as { LanguageModel?: LanguageModelApi }).LanguageModel;

export async function deviceModelState(): Promise<Availability> {
  return (
    (await api()
      ?.availability(LANGUAGES)
      .catch(() => null)) ?? "unavailable"
  );
}

/** Whether it can run here, perhaps after a download: browsers have the interface on machines that are too small for a model too. */
export const hasDeviceModel = async (): Promise<boolean> => (await deviceModelState()) !== "unavailable";

/** What the organisation offers, in this browser. The browser is asked only if the offer depends on its model. */
export const offerHere = async (me: Partial<Pick<Me, "wording_help">>): Promise<WordingOffer> =>
  wordingOffer(me, me.wording_help?.mode === "device" && (await hasDeviceModel()));

/** Downloads the model, which browsers allow only soon after a click in a page. `onLoaded`: the share from 0 to 1. */
export async function downloadDeviceModel(onLoaded: (loaded: number) => void, signal: AbortSignal): Promise<Result<null>> {
  try {
    const session = await api()?.create({ ...LANGUAGES, signal, monitor: watch(onLoaded) });
    session?.destroy();
    return session ? { ok: null } : failed("wording_device_unavailable");
  } catch (error) {
    return asFailure(error, signal);
  }
}

const watch =
  (onLoaded: (loaded: number) => void) =>
  (monitor: Monitor): void =>
    monitor.addEventListener("downloadprogress", ({ loaded }) => onLoaded(loaded));

/** `mayDownload`: in a page, right after the rep's click. */
export async function askDeviceModel(
  job: WordingJob,
  { signal, mayDownload, onStep }: { signal: AbortSignal; mayDownload: boolean; onStep: (step: WordingStep) => void },
): Promise<Result<string>> {
  const state = await deviceModelState();
  if (signal.aborted) return { error: "stale" };
  if (state === "unavailable" || (state !== "available" && !mayDownload)) return failed(`wording_device_${state}`);
  let session: LanguageModelSession | undefined;
  try {
    session = await api()?.create({
      ...LANGUAGES,
      initialPrompts: [{ role: "system", content: systemPrompt() }],
      signal,
      monitor: watch((loaded) => onStep({ step: "downloading", loaded })),
    });
    if (!session) return failed("wording_device_unavailable");
    onStep({ step: "writing" });
    const answer = await session.prompt(userPrompt(job), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return signal.aborted ? { error: "stale" } : { ok: answer };
  } catch (error) {
    return asFailure(error, signal);
  } finally {
    session?.destroy();
  }
}

const failed = (message: MessageKey): Result<never> => ({ error: "refused", detail: getMessage(message) });

/** By the names of the errors that the interface defines. */
function asFailure(error: unknown, signal: AbortSignal): Result<never> {
  if (signal.aborted) return { error: "stale" };
  const name = error instanceof DOMException ? error.name : "";
  if (name === "TimeoutError" || name === "AbortError") return failed("wording_device_slow");
  if (name === "NotReadableError") return failed("wording_device_refused");
  if (name === "NotAllowedError") return failed("wording_device_not_allowed");
  if (name === "NotSupportedError") return failed("wording_device_unavailable");
  return failed("wording_device_failed");
}
