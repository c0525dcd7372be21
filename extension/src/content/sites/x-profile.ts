/** The rep's own profile on X, by test ids that several public projects of 2026 agree on; not verified on a live page. */
import type { ReadSection } from "../../shared/profile.js";
import { type ReadProfile, textSection } from "./profile.js";

const COLUMN = '[data-testid="primaryColumn"]';
/** The link to the signed-in person's profile, and the control that only one's own profile has. */
const SIGNED_IN = 'a[data-testid="AppTabBar_Profile_Link"]';
const EDIT = 'a[href="/settings/profile"]';
const byTestId = (name: string): string => `[data-testid="${name}"]`;
/** A pinned post is marked only by a translated word above it, so the rep is asked to check it. */
const PINNED = 'article:has([data-testid="socialContext"])';

const handleOf = (path: string): string | null => /^\/(\w{1,15})\/?$/.exec(path)?.[1]?.toLowerCase() ?? null;

export const readX: ReadProfile = ({ x: own }) => {
  const handle = handleOf(location.pathname);
  const column = document.querySelector(COLUMN);
  if (handle === null || !column?.querySelector(byTestId("UserName"))) return { error: "not-a-profile" };
  if (own === "") return { error: "not-confirmed" };
  if (handle !== own) return { error: "not-own-address" };
  const ownLink = document.querySelector<HTMLAnchorElement>(SIGNED_IN);
  if (!ownLink || handleOf(new URL(ownLink.href).pathname) !== own || !column.querySelector(EDIT))
    return { error: "not-own-page" };

  // Name, bio, location and website load together: if the name is there, whichever is missing is empty.
  const headerSection = (name: string, testId: string): ReadSection[] =>
    textSection(name, column.querySelector(byTestId(testId)) ?? document.createElement("p"));
  const pinned = column.querySelector("article")?.matches(PINNED)
    ? column.querySelector(`article ${byTestId("tweetText")}`)
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
        ...headerSection("bio", "UserDescription"),
        ...headerSection("location", "UserLocation"),
        ...headerSection("website", "UserUrl"),
        ...textSection("pinned", pinned, false),
        photo,
      ],
    },
  };
};
