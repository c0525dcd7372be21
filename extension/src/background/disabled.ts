/** The kill switch: the adapters that the server has switched off, as last fetched. */
import { type Infer, isFixedIn, readDisabled } from "../shared/wire.js";
import { call } from "./api.js";
import * as store from "./store.js";

const MAX_AGE_MS = 6 * 60 * 60 * 1000;
/** The minimum time between two requests, so that a server that does not respond is not asked again at once. */
const RETRY_MS = 60 * 1000;

type Disabled = Infer<typeof readDisabled>;

interface StoredList {
  at: number;
  list: Disabled;
}

let nextRefreshAt = 0;

const storedList = async (): Promise<StoredList | undefined> => (await store.get("disabled")) as StoredList | undefined;

/** Fetches the list and returns whether it has changed. An error or a malformed response leaves the stored list as it is. */
export async function refreshDisabled(): Promise<boolean> {
  const stored = await storedList();
  try {
    const list = await call({ method: "GET", path: "/api/v1/adapters", read: readDisabled });
    await store.set("disabled", { at: Date.now(), list } satisfies StoredList);
    nextRefreshAt = 0;
    return JSON.stringify(list) !== JSON.stringify(stored?.list ?? []);
  } catch {
    return false;
  }
}

/** The stored list. An outdated one is still returned, and refreshed in the background, because a slow server must not delay a
 * draft. */
export async function disabledAdapters(onChange: () => void): Promise<Disabled> {
  const stored = await storedList();
  const now = Date.now();
  if ((!stored || now - stored.at > MAX_AGE_MS) && now > nextRefreshAt) {
    nextRefreshAt = now + RETRY_MS;
    void refreshDisabled().then((hasChanged) => (hasChanged ? onChange() : null));
  }
  const { version } = chrome.runtime.getManifest();
  return (stored?.list ?? []).filter((entry) => !isFixedIn(entry, version));
}
