/** The rep's own profile on X, by test ids that several public projects of 2026 agree on; not verified on a live page. */
import type { ReadSection } from "../../shared/profile.js";
import { type ReadProfile, section } from "./profile.js";

const COLUMN = '[data-testid="primaryColumn"]';
/** The link to the profile of who is signed in, and the control that only one's own profile has. */
const SIGNED_IN = 'a[data-testid="AppTabBar_Profile_Link"]';
const EDIT = 'a[href="/settings/profile"]';
const named = (name: string): string => `[data-testid="${name}"]`;
/** A pinned post is marked only by a translated word above it, so the rep is asked to check it. */
const PINNED = 'article:has([data-testid="socialContext"])';

const handleOf = (path: string): string | null => /^\/(\w{1,15})\/?$/.exec(path)?.[1]?.toLowerCase() ?? null;

export const readX: ReadProfile = ({ x: own }) => {
  const handle = handleOf(location.pathname);
  const column = document.querySelector(COLUMN);
  if (handle === null || !column?.querySelector(named("UserName"))) return { error: "not-a-profile" };
  if (own === "") return { error: "not-confirmed" };
  if (handle !== own) return { error: "not-own-address" };
  const me = document.querySelector<HTMLAnchorElement>(SIGNED_IN);
  if (!me || handleOf(new URL(me.href).pathname) !== own || !column.querySelector(EDIT)) return { error: "not-own-page" };

  // Name, bio, location and website load together: one that is missing beside the name is empty.
  const beside = (name: string, hook: string): ReadSection[] =>
    section(name, column.querySelector(named(hook)) ?? document.createElement("p"));
  const pinned = column.querySelector("article")?.matches(PINNED)
    ? column.querySelector(`article ${named("tweetText")}`)
    : null;
  const photo: ReadSection = {
    name: "photo",
    value: column.querySelector('a[href$="/photo"] img') ? "yes" : null,
    isCertain: true,
  };
  return {
    ok: {
      surface: "x-profile",
      sections: [
        ...beside("bio", "UserDescription"),
        ...beside("location", "UserLocation"),
        ...beside("website", "UserUrl"),
        ...section("pinned", pinned, false),
        photo,
      ],
    },
  };
};
