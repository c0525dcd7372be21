import { beforeEach, expect, it, vi } from "vitest";

const HOUR_MS = 3_600_000;
const values = new Map<string, unknown>();
const me = {
  user: { name: "Robin Vale", email: "robin@example.com" },
  organisation: { name: "Harbour", quiet_required: false },
};

// The store survives the worker, as IndexedDB does.
vi.mock("../../src/background/store.js", () => ({
  get: async (key: string) => values.get(key),
  set: async (key: string, value: unknown) => void values.set(key, value),
  remove: async (key: string) => void values.delete(key),
}));

/** The worker after it was started: its modules are new, the store is not. */
async function startWorker(): Promise<typeof import("../../src/background/pairing.js")> {
  vi.resetModules();
  return import("../../src/background/pairing.js");
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const pair = (number: number): object => ({
  access_token: `access-${number}`,
  access_expires_in: 3600,
  refresh_token: `refresh-${number}`,
  refresh_expires_in: 30 * 24 * 3600,
  scopes: [],
});
const request = { method: "GET", path: "/api/v1/me", read: (value: unknown) => value } as const;
let refreshed: string[];

/** A server that answers refreshes with `answers`, in order, and other requests with the token that was sent. */
function serve(answers: (() => Response | Promise<Response>)[]): void {
  vi.stubGlobal("fetch", async (address: string, { body, headers }: { body?: string; headers: Record<string, string> }) => {
    if (!address.endsWith("/pairing/refresh")) return json(headers["Authorization"]);
    refreshed.push((JSON.parse(body ?? "") as { refresh_token: string }).refresh_token);
    const answer = answers.shift();
    if (!answer) throw new Error("unexpected refresh");
    return answer();
  });
}

beforeEach(() => {
  vi.stubGlobal("__BACKEND__", "https://repute.example.com");
  refreshed = [];
  values.clear();
  values.set("account", { access: "access-1", accessUntil: Date.now() - HOUR_MS, refresh: "refresh-1", me });
});

const lost = (): never => {
  throw new TypeError("Failed to fetch");
};

it("repeats a refresh whose response was lost, with the same token, and stays paired", async () => {
  serve([lost, () => json(pair(3))]);
  const pairing = await startWorker();
  expect(await pairing.authorizedCall(request)).toBe("Bearer access-3");
  expect(refreshed).toEqual(["refresh-1", "refresh-1"]);
  expect(values.get("account")).toMatchObject({ refresh: "refresh-3" });
});

it("stays paired while the server is unreachable", async () => {
  serve([lost, lost, () => json(pair(3))]);
  const pairing = await startWorker();
  await expect(pairing.authorizedCall(request)).rejects.toMatchObject({ code: "unreachable" });
  expect(await pairing.authorizedCall(request)).toBe("Bearer access-3");
  expect(refreshed).toEqual(["refresh-1", "refresh-1", "refresh-1"]);
});

it("recovers when the browser stopped the worker in the middle of a refresh", async () => {
  // The server has issued a pair, but the worker is stopped before it reads the response.
  serve([() => new Promise<Response>(() => undefined), () => json(pair(3))]);
  const stopped = await startWorker();
  void stopped.authorizedCall(request);
  await vi.waitFor(() => expect(refreshed).toHaveLength(1));
  const restarted = await startWorker();
  expect(await restarted.authorizedCall(request)).toBe("Bearer access-3");
  expect(refreshed).toEqual(["refresh-1", "refresh-1"]);
});

it("is unpaired when the server refuses the refresh", async () => {
  serve([() => json({ code: "token-reused" }, 401)]);
  const pairing = await startWorker();
  await expect(pairing.authorizedCall(request)).rejects.toMatchObject({ code: "unpaired" });
  expect(values.has("account")).toBe(false);
  expect(values.get("unpaired-because")).toBe("revoked");
});
