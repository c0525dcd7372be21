/** The account that this browser is paired with: proof of possession (PKCE) while pairing, then short-lived tokens. */
import { type Infer, type Me, readMe, readPairing, readTokens } from "../shared/wire.js";
import { ApiError, BACKEND, call, type Request } from "./api.js";
import { seenTips } from "./seen-tips.js";
import * as settings from "./settings.js";
import * as store from "./store.js";

type Tokens = Infer<typeof readTokens>;

interface Account {
  access: string;
  accessUntil: number;
  refresh: string;
  me: Me;
  /** The server's version of `me`; unknown until a response has carried it. */
  version?: string | undefined;
}

/** Access tokens are refreshed this long before they expire, so that none expires in transit. */
const REFRESH_EARLY_MS = 30_000;

export const account = async (): Promise<Account | null> => ((await store.get("account")) as Account | undefined) ?? null;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** The address of the page that shows the pairing code. The verifier stays here; only its hash is sent. */
export async function startPairing(): Promise<string> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  await store.set("verifier", verifier);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  return `${BACKEND}/settings/pair?challenge=${base64url(hash)}`;
}

export async function finishPairing(code: string, label: string): Promise<void> {
  const verifier = await store.get("verifier");
  if (typeof verifier !== "string") throw new ApiError("refused", "Open the pairing page first.");
  const paired = await call({
    method: "POST",
    path: "/api/v1/pairing/redeem",
    body: { code: code.trim().toUpperCase(), verifier, label },
    read: readPairing,
  });
  const me = await call({ method: "GET", path: "/api/v1/me", token: paired.access_token, read: readMe });
  // Shares that another person left in the queue must never be sent in this person's name.
  if ((await store.get("person")) !== me.user.email) await clearPersonalData();
  await store.set("person", me.user.email);
  await storeAccount(paired, me);
  await store.remove("verifier");
  await store.remove("unpaired-because");
}

async function storeAccount(
  tokens: { access_token: string; access_expires_in: number; refresh_token: string },
  me: Me,
): Promise<void> {
  const stored: Account = {
    access: tokens.access_token,
    accessUntil: Date.now() + tokens.access_expires_in * 1000,
    refresh: tokens.refresh_token,
    me,
  };
  await store.set("account", stored);
}

/** `version` comes from the header of another response; without it, the next response triggers a refresh. */
export async function updateAccount(me: Me, version?: string): Promise<void> {
  await store.update("account", (stored) => stored && ({ ...stored, me, version } as Account));
}

/** Deletes the account and the person's data in this browser, and tells the server if it is reachable. */
export async function unpair(): Promise<void> {
  const current = await account();
  await deleteAccount();
  if (current) {
    await call({ method: "DELETE", path: "/api/v1/pairing", token: current.access, read: () => null }).catch(() => null);
  }
}

/** Ends every session and pairing of the person on the server. Nothing is deleted here until the server has confirmed it, because
 * this browser cannot sign out the others by itself. */
export async function signOutEverywhere(): Promise<void> {
  await authorizedCall({ method: "DELETE", path: "/api/v1/pairing/everywhere", read: () => null });
  await deleteAccount();
}

async function deleteAccount(): Promise<void> {
  await store.remove("account");
  await store.remove("person");
  await clearPersonalData();
}

async function clearPersonalData(): Promise<void> {
  await store.clearPersonalData();
  await settings.clearPersonalSettings();
  await seenTips.clear();
}

async function endRevokedPairing(): Promise<never> {
  await store.remove("account");
  await store.set("unpaired-because", "revoked");
  throw new ApiError("unpaired");
}

let refreshing: Promise<string> | undefined;

/** A refresh token works once, so two refreshes must never run at the same time. */
function refreshToken(current: Account): Promise<string> {
  refreshing ??= (async () => {
    try {
      const request: Request<Tokens> = {
        method: "POST",
        path: "/api/v1/pairing/refresh",
        body: { refresh_token: current.refresh },
        read: readTokens,
      };
      // The server may have answered and the response was lost. It accepts the token again, but only for a minute, so the
      // repetition must not wait for the rep's next draft.
      const tokens = await call(request).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === "unreachable") return call(request);
        throw error;
      });
      await storeAccount(tokens, current.me);
      return tokens.access_token;
    } catch (error) {
      if (error instanceof ApiError && (error.code === "unpaired" || error.code === "refused")) return endRevokedPairing();
      throw error;
    } finally {
      refreshing = undefined;
    }
  })();
  return refreshing;
}

/** Sends a request with the rep's access token. If the token is rejected it is refreshed once; if that fails too, the browser
 * counts as unpaired. */
export async function authorizedCall<T>(request: Omit<Request<T>, "token">): Promise<T> {
  const current = await account();
  if (!current) throw new ApiError("unpaired");
  const token = current.accessUntil - REFRESH_EARLY_MS > Date.now() ? current.access : await refreshToken(current);
  try {
    return await call({ ...request, token });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "unpaired") throw error;
  }
  const latest = await account();
  if (!latest) throw new ApiError("unpaired");
  const newToken = latest.access === token ? await refreshToken(latest) : latest.access;
  try {
    return await call({ ...request, token: newToken });
  } catch (error) {
    if (error instanceof ApiError && error.code === "unpaired") return endRevokedPairing();
    throw error;
  }
}
