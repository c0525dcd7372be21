/** The link to a published post, in the form that is stored with a share. */
import type { Surface } from "./wire.js";

/** The server's own limit. */
export const MAX_LINK = 2_000;

const LINKEDIN = { host: /^([a-z]{2,3}\.)?linkedin\.com$/, path: /^\/(posts|feed\/update|pulse)\/[^/]/ };
const X = { host: /^(www\.|mobile\.)?(x|twitter)\.com$/, path: /^\/\w+\/status\/\d+/ };

/** The link to a post on the surface's own site, without query and fragment, which may identify who shared it; `null` for
 * anything else, so that unrelated clipboard content is dropped. */
export function parsePostLink(pasted: string, surface: Surface): string | null {
  const text = pasted.trim();
  if (text.length > MAX_LINK || !URL.canParse(text)) return null;
  const { protocol, hostname, pathname } = new URL(text);
  const site = surface.startsWith("x-") ? X : LINKEDIN;
  return protocol === "https:" && site.host.test(hostname) && site.path.test(pathname)
    ? `https://${hostname}${pathname}`
    : null;
}
