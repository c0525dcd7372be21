import { getMessage, getMessageOr } from "./messages.js";
import type { Result } from "./result.js";

/** What a person is told where something did not work; empty where it did. */
export const errorMessage = <T>(answer: Result<T>): string =>
  "ok" in answer
    ? ""
    : answer.error === "refused" && answer.detail
      ? answer.detail
      : getMessageOr(`error_${answer.error}`, getMessage("error_other"));
