/** The outcome of a request to the background worker or the server. */

export type ErrorCode =
  | "unpaired"
  | "no-consent"
  | "paused"
  | "unreachable"
  | "stale"
  | "refused"
  | "busy"
  | "invalid-answer"
  | "too-long"
  | "bad-message"
  | "reloaded";

/** `code`: the server's own, where it refused something. */
export type Result<T> = { ok: T } | { error: ErrorCode; detail?: string; code?: string };

/** Nothing is counted or suggested before the rep has read the privacy notice. */
export const NOTICE_UNREAD = "notice-not-acknowledged";
