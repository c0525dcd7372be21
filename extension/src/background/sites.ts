/**
 * The content script on the sites that an administrator listed. It is registered for those that the rep has allowed, and unregistered
 * when either of them changes their mind; the permission for a site that is no longer listed is given back.
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

/** Brings the browser's registrations in line with the sites. Without an account nothing is registered, but what the rep has
 * allowed stays, for when they connect again. */
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
  if (!isPaired) return;
  for (const id of outdated) {
    const origin = id.slice(PREFIX.length);
    if (sites.some((site) => site.origin === origin)) continue;
    await chrome.permissions.remove({ origins: [patternOf(origin)] }).catch(() => null);
  }
}

let last: Promise<void> = Promise.resolve();

/** One after the other, since two at once would register the same script twice. */
export function syncSites(sites: readonly CoachedSite[], isPaired: boolean): Promise<void> {
  last = last.then(() => sync(sites, isPaired)).catch(() => undefined);
  return last;
}
