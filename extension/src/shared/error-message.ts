import { getMessage, getMessageOr } from "./messages.js";
import type { Result } from "./result.js";

/** What went wrong, for a person; empty for a success. */
export const errorMessage = <T>(result: Result<T>): string =>
  "ok" in result
    ? ""
    : result.error === "refused" && result.detail
      ? result.detail
      : getMessageOr(`error_${result.error}`, getMessage("error_other"));
