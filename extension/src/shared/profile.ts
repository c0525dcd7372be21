/** The rep's own profile, section by section, as it was read, pasted or mended, until the rep sends it. */

export const PROFILE_SURFACES = ["linkedin-profile", "x-profile"] as const;
export type ProfileSurface = (typeof PROFILE_SURFACES)[number];

/** In the order in which they are read. `items` are lists; of `seen` only whether it is there matters. Whatever other people
 * wrote, such as recommendations, is counted and never read. */
export type SectionKind = "text" | "items" | "seen" | "count";
export const SECTIONS: Record<ProfileSurface, readonly { name: string; kind: SectionKind }[]> = {
  "linkedin-profile": [
    { name: "headline", kind: "text" },
    { name: "about", kind: "text" },
    { name: "featured", kind: "items" },
    { name: "experience", kind: "items" },
    { name: "education", kind: "items" },
    { name: "certifications", kind: "items" },
    { name: "skills", kind: "items" },
    { name: "recommendations", kind: "count" },
    { name: "location", kind: "text" },
    { name: "website", kind: "text" },
    { name: "contact", kind: "text" },
    { name: "photo", kind: "seen" },
  ],
  "x-profile": [
    { name: "bio", kind: "text" },
    { name: "location", kind: "text" },
    { name: "website", kind: "text" },
    { name: "pinned", kind: "text" },
    { name: "photo", kind: "seen" },
  ],
};

/** One section that was loaded; one that was not is left out. `null` is empty, which is another thing. A section that is not
 * `sure` is for the rep to look at: its place on the page is not known for certain. */
export interface ReadSection {
  name: string;
  value: string | string[] | null;
  isCertain: boolean;
}

export interface ProfileReading {
  surface: ProfileSurface;
  sections: ReadSection[];
}

/** Why a page was not read. */
export type ProfileRefusal = "not-confirmed" | "not-own-address" | "not-own-page" | "not-a-profile" | "paused";

/** What a content script says to whoever asked it to read. */
export type ProfileReadResult = { ok: ProfileReading } | { error: ProfileRefusal };

export const PROFILE_PORT = "profile";

/** The rep's own names on the sites, as they stand in a profile's address; empty until the rep has confirmed them. */
export interface OwnNames {
  linkedin: string;
  x: string;
}

const NAME: Record<keyof OwnNames, RegExp> = { linkedin: /^[\p{L}\p{N}_-]{1,100}$/u, x: /^\w{1,15}$/ };
const ADDRESS: Record<keyof OwnNames, RegExp> = {
  linkedin: /^(?:https?:\/\/)?(?:[a-z]{2,3}\.)?linkedin\.com\/in\/([^/?#]+)/i,
  x: /^(?:https?:\/\/)?(?:www\.|mobile\.)?(?:x|twitter)\.com\/@?(\w+)/i,
};

export const SITE_OF: Record<ProfileSurface, keyof OwnNames> = { "linkedin-profile": "linkedin", "x-profile": "x" };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The name in what the rep typed or pasted: an address, a handle or the name itself, in lower case; `null` when there is none. */
export function parseOwnName(site: keyof OwnNames, typed: string): string | null {
  const text = typed.trim();
  const name = decoded(ADDRESS[site].exec(text)?.[1] ?? text.replace(/^@/, "")).toLowerCase();
  return NAME[site].test(name) ? name : null;
}

/** Sections as the server takes them. */
export type Sections = Record<string, string | string[] | null>;

/** Items stand apart by an empty line where a person edits them. */
export const parseItems = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
export const joinItems = (items: readonly string[]): string => items.join("\n\n");
