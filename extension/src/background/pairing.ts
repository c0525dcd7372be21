/** The account this browser is paired with: proof of possession while pairing, then short-lived tokens. */
import { type Me, readMe, readPairing, readTokens } from "../shared/wire.js";
import { ApiError, BACKEND, call, type Request } from "./api.js";
import * as settings from "./settings.js";
import * as store from "./store.js";

interface Account {
  access: string;
  accessUntil: number;
  refresh: string;
  me: Me;
  /** The server's mark for what `me` says; unknown until it was heard. */
  version?: string | undefined;
}

/** Tokens are renewed this long before they end, so that none ends on its way. */
const RENEW_EARLY_MS = 30_000;

export const account = async (): Promise<Account | null> => ((await store.get("account")) as Account | undefined) ?? null;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** The page that shows the code. The verifier stays here; only its hash travels. */
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
  // What the one before left waiting must never go out in this one's name.
  if ((await store.get("person")) !== me.user.email) await forgetPerson();
  await store.set("person", me.user.email);
  await keep(paired, me);
  await store.remove("verifier");
  await store.remove("unpaired-because");
}

async function keep(tokens: { access_token: string; access_expires_in: number; refresh_token: string }, me: Me): Promise<void> {
  const kept: Account = {
    access: tokens.access_token,
    accessUntil: Date.now() + tokens.access_expires_in * 1000,
    refresh: tokens.refresh_token,
    me,
  };
  await store.set("account", kept);
}

/** `version` is the mark that the server gave with another answer; without it, the next one tells. */
export async function updateAccount(me: Me, version?: string): Promise<void> {
  await store.update("account", (kept) => kept && ({ ...kept, me, version } as Account));
}

/** Forgets the account here with all that is the person's, and tells the server where it can be told. */
export async function unpair(): Promise<void> {
  const current = await account();
  await forget();
  if (current) {
    await call({ method: "DELETE", path: "/api/v1/pairing", token: current.access, read: () => null }).catch(() => null);
  }
}

/** The server ends every session and pairing of the person. Nothing is forgotten here before it has said so: a promise about
 * other browsers cannot be kept from this one alone. */
export async function signOutEverywhere(): Promise<void> {
  await authorizedCall({ method: "DELETE", path: "/api/v1/pairing/everywhere", read: () => null });
  await forget();
}

async function forget(): Promise<void> {
  await store.remove("account");
  await store.remove("person");
  await forgetPerson();
}

async function forgetPerson(): Promise<void> {
  await store.clearPersonalData();
  await settings.clearPersonalSettings();
}

async function revoked(): Promise<never> {
  await store.remove("account");
  await store.set("unpaired-because", "revoked");
  throw new ApiError("unpaired");
}

let renewing: Promise<string> | undefined;

/** A refresh token works once, so two renewals must never run beside each other. */
function renew(current: Account): Promise<string> {
  renewing ??= (async () => {
    try {
      const tokens = await call({
        method: "POST",
        path: "/api/v1/pairing/refresh",
        body: { refresh_token: current.refresh },
        read: readTokens,
      });
      await keep(tokens, current.me);
      return tokens.access_token;
    } catch (error) {
      if (error instanceof ApiError && (error.code === "unpaired" || error.code === "refused")) return revoked();
      throw error;
    } finally {
      renewing = undefined;
    }
  })();
  return renewing;
}

/** A call in the rep's name. A refused token is renewed once; after that the browser counts as unpaired. */
export async function authorizedCall<T>(request: Omit<Request<T>, "token">): Promise<T> {
  const current = await account();
  if (!current) throw new ApiError("unpaired");
  const token = current.accessUntil - RENEW_EARLY_MS > Date.now() ? current.access : await renew(current);
  try {
    return await call({ ...request, token });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "unpaired") throw error;
  }
  const latest = await account();
  if (!latest) throw new ApiError("unpaired");
  const renewed = latest.access === token ? await renew(latest) : latest.access;
  try {
    return await call({ ...request, token: renewed });
  } catch (error) {
    if (error instanceof ApiError && error.code === "unpaired") return revoked();
    throw error;
  }
}
