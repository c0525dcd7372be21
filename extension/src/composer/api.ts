/** The composer's requests. They use the page's session and its CSRF token instead of the extension's access token. */
import type { ErrorCode } from "../shared/result.js";
import { readProblem, WireError } from "../shared/wire.js";

/** A `Result` that also gives the server's code of the problem and the form field that it rejected, if any. */
export type PostResult<T> = { ok: T } | { error: ErrorCode; detail: string; field: string; code: string };

interface PostOptions {
  csrf: string;
  signal?: AbortSignal;
  idempotencyKey?: string;
}

/** Posts JSON. `read` validates the response and throws `WireError` if it is malformed. */
export async function post<T>(
  url: string,
  body: object,
  read: (value: unknown, field: string) => T,
  { csrf, signal, idempotencyKey }: PostOptions,
): Promise<PostResult<T>> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": csrf,
        ...(idempotencyKey ? { "Idempotency-Key": idempotencyKey } : {}),
      },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
    const value: unknown = await response.json();
    return response.ok ? { ok: read(value, "") } : { error: errorCode(response.status), ...readProblem(value) };
  } catch (error) {
    const code = signal?.aborted ? "stale" : error instanceof WireError ? "invalid-answer" : "unreachable";
    return { error: code, detail: "", field: "", code: "" };
  }
}

function errorCode(status: number): ErrorCode {
  // The session has ended: reloading the page leads to the sign-in page.
  if (status === 401) return "reloaded";
  if (status === 429) return "busy";
  return status >= 500 ? "unreachable" : "refused";
}
