/** The link of a published post, as it may be kept with a share. */
import type { Surface } from "./wire.js";

/** The server's own limit. */
export const MAX_LINK = 2_000;

const LINKEDIN = { host: /^([a-z]{2,3}\.)?linkedin\.com$/, path: /^\/(posts|feed\/update|pulse)\/[^/]/ };
const X = { host: /^(www\.|mobile\.)?(x|twitter)\.com$/, path: /^\/\w+\/status\/\d+/ };

/** The link of a post on the surface's own site, without query and fragment, which tell who passed it on; `null` for anything
 * else, so that whatever else was in the clipboard is dropped. */
export function parsePostLink(pasted: string, surface: Surface): string | null {
  const text = pasted.trim();
  if (text.length > MAX_LINK || !URL.canParse(text)) return null;
  const { protocol, hostname, pathname } = new URL(text);
  const site = surface.startsWith("x-") ? X : LINKEDIN;
  return protocol === "https:" && site.host.test(hostname) && site.path.test(pathname)
    ? `https://${hostname}${pathname}`
    : null;
}
