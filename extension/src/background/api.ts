/** Requests to the server. All of them are sent from here. */
import type { ErrorCode } from "../shared/result.js";
import { readProblem, WireError } from "../shared/wire.js";

declare const __BACKEND__: string;
export const BACKEND = __BACKEND__;

/** The longest response that is read, in characters. An assessment of the longest draft is well below it. */
const MAX_RESPONSE_CHARS = 4_000_000;

/** After this long without a response the server counts as unreachable. */
const TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail = "",
    /** The server's own code of the problem, if it sent one. */
    readonly problem = "",
  ) {
    super(code);
  }
}

export interface Request<T> {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  read: (value: unknown, field: string) => T;
  body?: object;
  token?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Called with the headers of a valid response. */
  onHeaders?: (headers: Headers) => void;
}

/** The validated response. Throws `ApiError`: "stale" when aborted, "unpaired" for 401, "busy" for 429, "refused" for
 * other 4xx, which a retry would not change, "unreachable" for temporary errors. */
export async function call<T>(request: Request<T>): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (request.body) headers["Content-Type"] = "application/json";
  if (request.token) headers["Authorization"] = `Bearer ${request.token}`;
  if (request.idempotencyKey) headers["Idempotency-Key"] = request.idempotencyKey;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let responseText: string;
  try {
    response = await fetch(BACKEND + request.path, {
      method: request.method,
      headers,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      ...(request.body ? { body: JSON.stringify(request.body) } : {}),
    });
    responseText = await response.text();
  } catch {
    throw new ApiError(request.signal?.aborted ? "stale" : "unreachable");
  }
  if (request.signal?.aborted) throw new ApiError("stale");
  if (responseText.length > MAX_RESPONSE_CHARS) throw new ApiError("invalid-answer");
  let value: unknown = null;
  try {
    if (responseText !== "") value = JSON.parse(responseText);
  } catch {
    throw new ApiError(response.ok ? "invalid-answer" : "unreachable");
  }
  if (response.ok) {
    try {
      const parsed = request.read(value, "");
      request.onHeaders?.(response.headers);
      return parsed;
    } catch (error) {
      if (error instanceof WireError) throw new ApiError("invalid-answer", error.message);
      throw error;
    }
  }
  const { code, detail } = readProblem(value);
  if (response.status === 401) throw new ApiError("unpaired", detail);
  if (response.status === 429) throw new ApiError("busy", detail, code);
  if (response.status >= 500) throw new ApiError("unreachable", detail, code);
  throw new ApiError("refused", detail, code);
}
