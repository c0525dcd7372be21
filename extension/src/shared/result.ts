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

export type Result<T> = { ok: T } | { error: ErrorCode; detail?: string };
