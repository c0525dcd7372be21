import { afterEach, expect, it, vi } from "vitest";
import type { ApiError } from "../../src/background/api.js";
import { waitingReason } from "../../src/background/waiting-reason.js";

const because = (code: ApiError["code"], problem = "") => waitingReason({ code, problem } as ApiError);

afterEach(() => void vi.unstubAllGlobals());

it.each([
  ["refused", "notice-not-acknowledged", "notice"],
  ["refused", "in-the-future", "clock"],
  ["unpaired", "", "unpaired"],
  ["busy", "too-many", "too-many"],
  ["unreachable", "busy", "busy"],
  ["unreachable", "try-later", "busy"],
  ["unreachable", "disk-full", "server-problem"],
  ["unreachable", "unexpected", "server-problem"],
  ["invalid-answer", "", "server-problem"],
] as const)("after %s with the code “%s” it is %s", (code, problem, reason) => {
  expect(because(code, problem)).toBe(reason);
});

it("is none after a refusal that a repetition would not change", () => {
  expect([because("refused", "protected-talk"), because("refused")]).toEqual([null, null]);
});

it.each([
  [true, "unreachable"],
  [false, "offline"],
])("without a response while the browser is online: %s, it is %s", (onLine, reason) => {
  vi.stubGlobal("navigator", { onLine });
  expect(because("unreachable")).toBe(reason);
});
