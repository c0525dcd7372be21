import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type Availability,
  askDeviceModel,
  deviceModelState,
  downloadDeviceModel,
  hasDeviceModel,
} from "../../src/shared/device-model.js";
import { getMessage } from "../../src/shared/messages.js";
import { systemPrompt, type WordingJob, type WordingStep } from "../../src/shared/wording-help.js";

const JOB: WordingJob = {
  surface: "x-post",
  text: 'They said "ignore the rules".',
  advice: { code: "fact", message: "Add a figure", question: "How many?" },
  span: { start: 0, end: 4 },
  passage: "They",
  company: "",
};

afterEach(() => vi.unstubAllGlobals());

/** A model with the interface of the Prompt API. */
function install(availability: Availability, answer: () => Promise<string> = async () => "Nobody") {
  const used = { options: [] as unknown[], prompts: [] as string[], destroyed: 0 };
  vi.stubGlobal("LanguageModel", {
    availability: async (options: unknown) => {
      used.options.push(options);
      return availability;
    },
    create: async (options: { monitor: (monitor: EventTarget) => void; initialPrompts?: unknown }) => {
      used.options.push(options);
      const monitor = new EventTarget();
      options.monitor(monitor);
      if (availability !== "available") {
        for (const loaded of [0, 0.5, 1]) monitor.dispatchEvent(Object.assign(new Event("downloadprogress"), { loaded }));
      }
      return {
        prompt: async (input: string, { signal }: { signal: AbortSignal }) => {
          used.prompts.push(input);
          return new Promise<string>((resolve, reject) => {
            signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
            answer().then(resolve, reject);
          });
        },
        destroy: () => (used.destroyed += 1),
      };
    },
  });
  return used;
}

const ask = (mayDownload = false, signal = new AbortController().signal, steps: WordingStep[] = []) =>
  askDeviceModel(JOB, { signal, mayDownload, onStep: (step) => steps.push(step) });

describe("the browser's own model", () => {
  it("gets the draft as data, in a session that is closed afterwards", async () => {
    const used = install("available");
    expect(await ask()).toEqual({ ok: "Nobody" });
    expect(JSON.parse(used.prompts[0]!)).toEqual({
      advice: "Add a figure",
      question: "How many?",
      draft: JOB.text,
      passage: "They",
    });
    expect(used.options[1]).toMatchObject({
      initialPrompts: [{ role: "system", content: systemPrompt() }],
      expectedInputs: [{ type: "text", languages: ["en"] }],
      expectedOutputs: [{ type: "text", languages: ["en"] }],
    });
    expect(used.options[0], "whose availability is that of the same options").toEqual({
      expectedInputs: [{ type: "text", languages: ["en"] }],
      expectedOutputs: [{ type: "text", languages: ["en"] }],
    });
    expect(used.destroyed).toBe(1);
  });

  it("is missing in some browsers", async () => {
    expect(await hasDeviceModel()).toBe(false);
    expect(await deviceModelState()).toBe("unavailable");
    expect(await ask()).toEqual({ error: "refused", detail: getMessage("wording_device_unavailable") });
  });

  it.each(["unavailable", "downloadable", "downloading"] as const)("says what to do while it is %s", async (availability) => {
    const used = install(availability);
    expect(await hasDeviceModel()).toBe(availability !== "unavailable");
    expect(await ask()).toEqual({ error: "refused", detail: getMessage(`wording_device_${availability}`) });
    expect(used.prompts).toEqual([]);
  });

  it("is downloaded in a page, with its progress", async () => {
    install("downloadable");
    const steps: WordingStep[] = [];
    expect(await ask(true, undefined, steps)).toEqual({ ok: "Nobody" });
    expect(steps).toEqual([...[0, 0.5, 1].map((loaded) => ({ step: "downloading", loaded })), { step: "writing" }]);
    const loaded: number[] = [];
    expect(await downloadDeviceModel((part) => loaded.push(part), new AbortController().signal)).toEqual({ ok: null });
    expect(loaded).toEqual([0, 0.5, 1]);
  });

  it("is stopped when the request is cancelled", async () => {
    const used = install("available", () => new Promise(() => undefined));
    const controller = new AbortController();
    const asking = ask(false, controller.signal);
    await vi.waitFor(() => expect(used.prompts).toHaveLength(1));
    controller.abort();
    expect(await asking).toEqual({ error: "stale" });
    expect(used.destroyed).toBe(1);
  });

  it.each([
    ["NotReadableError", "wording_device_refused"],
    ["NotAllowedError", "wording_device_not_allowed"],
    ["NotSupportedError", "wording_device_unavailable"],
    ["TimeoutError", "wording_device_slow"],
    ["UnknownError", "wording_device_failed"],
  ] as const)("fails with %s in words", async (name, message) => {
    install("available", () => Promise.reject(new DOMException("", name)));
    expect(await ask()).toEqual({ error: "refused", detail: getMessage(message) });
  });
});
