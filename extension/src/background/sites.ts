/**
 * The content script on the sites that an administrator listed. It is registered for those that the rep has allowed, and unregistered
 * when either of them changes their mind. Permissions for anything else are given back.
 */
import type { CoachedSite } from "../shared/protocol.js";
import { patternOf } from "../shared/site-permission.js";
import type { Site } from "../shared/wire.js";

const PREFIX = "site:";
const idOf = (origin: string): string => PREFIX + origin;

/** Whether the rep has allowed each of the listed sites in this browser. */
export const withPermissions = (listed: readonly Site[]): Promise<CoachedSite[]> =>
  Promise.all(
    listed.map(async (site) => ({
      ...site,
      isAllowed: await chrome.permissions.contains({ origins: [patternOf(site.origin)] }),
    })),
  );

/** Brings the browser's registrations and permissions in line with the sites. Without an account there are none. */
async function sync(sites: readonly CoachedSite[], isPaired: boolean): Promise<void> {
  const registered = (await chrome.scripting.getRegisteredContentScripts())
    .map(({ id }) => id)
    .filter((id) => id.startsWith(PREFIX));
  const allowed = isPaired ? sites.filter(({ isAllowed }) => isAllowed) : [];
  const outdated = registered.filter((id) => !allowed.some(({ origin }) => idOf(origin) === id));
  const added = allowed.filter(({ origin }) => !registered.includes(idOf(origin)));
  if (outdated.length > 0) await chrome.scripting.unregisterContentScripts({ ids: outdated });
  if (added.length > 0) {
    await chrome.scripting.registerContentScripts(
      added.map(({ origin }) => ({
        id: idOf(origin),
        matches: [patternOf(origin)],
        js: ["content.js"],
        css: ["highlights.css"],
        runAt: "document_idle" as const,
      })),
    );
  }
  await giveBack(isPaired ? sites : []);
}

/** Asks the browser what it has granted: the registrations do not say, because signing out and updates remove them. */
async function giveBack(sites: readonly CoachedSite[]): Promise<void> {
  const { origins = [] } = await chrome.permissions.getAll();
  const { host_permissions = [], content_scripts = [] } = chrome.runtime.getManifest();
  const needed = new Set([
    ...host_permissions,
    ...content_scripts.flatMap(({ matches = [] }) => matches),
    ...sites.map(({ origin }) => patternOf(origin)),
  ]);
  for (const pattern of origins.filter((granted) => !needed.has(granted))) {
    await chrome.permissions.remove({ origins: [pattern] }).catch(() => null);
  }
}

let last: Promise<void> = Promise.resolve();

/** One after the other, since two at once would register the same script twice. */
export function syncSites(sites: readonly CoachedSite[], isPaired: boolean): Promise<void> {
  last = last.then(() => sync(sites, isPaired)).catch(() => undefined);
  return last;
}
