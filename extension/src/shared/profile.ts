/** The rep's own profile, section by section, as it was read, pasted or edited, until the rep sends it. */

export const PROFILE_SURFACES = ["linkedin-profile", "x-profile"] as const;
export type ProfileSurface = (typeof PROFILE_SURFACES)[number];

/** In reading order. "items" are lists; for "seen" only its presence matters. What other people wrote, such as recommendations,
 * is counted and never read. */
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

/** A section that the page had loaded; others are left out. `null` means loaded but empty. Where `isCertain` is false it may be
 * the wrong part of the page, so the rep is asked to check it. */
export interface ReadSection {
  name: string;
  value: string | string[] | null;
  isCertain: boolean;
}

export interface ProfileReading {
  surface: ProfileSurface;
  sections: ReadSection[];
}

/** Why a page was not read as the rep's own profile. */
export type ProfileRefusal = "not-confirmed" | "not-own-address" | "not-own-page" | "not-a-profile" | "paused";

/** From the content script to the page that requested the reading. */
export type ProfileReadResult = { ok: ProfileReading } | { error: ProfileRefusal };

export const PROFILE_PORT = "profile";

/** The rep's own names on the sites, as in the address of their profile; empty until the rep has confirmed them. */
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

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The lower-case name in what the rep typed or pasted (an address, a handle or the name itself); `null` if there is none. */
export function parseOwnName(site: keyof OwnNames, typed: string): string | null {
  const text = typed.trim();
  const name = safeDecode(ADDRESS[site].exec(text)?.[1] ?? text.replace(/^@/, "")).toLowerCase();
  return NAME[site].test(name) ? name : null;
}

/** Sections as the server expects them. */
export type Sections = Record<string, string | string[] | null>;

/** In a text field, an empty line separates items. */
export const parseItems = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
export const joinItems = (items: readonly string[]): string => items.join("\n\n");
