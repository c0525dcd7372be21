/** Texts that are not sent. The decision is made on the device. */
import type { Protection } from "../content/text/protected.js";
import { MAX_DRAFT } from "../shared/protocol.js";
import type { Status } from "../shared/view.js";

const UNSENT: ReadonlySet<Status> = new Set<Status>(["empty", "too-long", "protected"]);
export const isUnsent = (status: Status): boolean => UNSENT.has(status);

/** Why the text is not sent; `null` for one that may be, without its protected sentences. */
export function unsentStatus(text: string, { isGreaterPart }: Protection): Status | null {
  if (text.trim() === "") return "empty";
  if (text.length > MAX_DRAFT) return "too-long";
  return isGreaterPart ? "protected" : null;
}
