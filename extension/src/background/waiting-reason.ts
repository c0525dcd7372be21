/** Why a share that could not be sent stays in the queue. */
import { NOTICE_UNREAD } from "../shared/result.js";
import type { WaitingReason } from "../shared/waiting.js";
import type { ApiError } from "./api.js";

/** Refusals that pass by themselves or that the rep can resolve, by the server's code. */
const TEMPORARY_REFUSALS: Partial<Record<string, WaitingReason>> = {
  "in-the-future": "clock",
  [NOTICE_UNREAD]: "notice",
};

/** The server's codes for being too busy; its other temporary errors need an administrator. */
const BUSY = new Set(["busy", "try-later"]);

/** Whether the server has refused this one share. For any other reason, the shares behind it would wait as well. */
export const isRefusal = (reason: WaitingReason): boolean => Object.values(TEMPORARY_REFUSALS).includes(reason);

/** `null` if the server has refused the share for good. */
export function waitingReason({ code, problem }: ApiError): WaitingReason | null {
  if (code === "refused") return TEMPORARY_REFUSALS[problem] ?? null;
  if (code === "unpaired") return "unpaired";
  if (code === "busy") return "too-many";
  if (code === "unreachable" && problem === "") return navigator.onLine === false ? "offline" : "unreachable";
  return BUSY.has(problem) ? "busy" : "server-problem";
}
