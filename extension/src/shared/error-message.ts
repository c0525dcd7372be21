import type { Result } from "./result.js";
import { say, sayOr } from "./words.js";

/** What a person is told where something did not work; empty where it did. */
export const errorMessage = <T>(answer: Result<T>): string =>
  "ok" in answer
    ? ""
    : answer.error === "refused" && answer.detail
      ? answer.detail
      : sayOr(`error_${answer.error}`, say("error_other"));
