/**
 * The rep's own profile on LinkedIn, in both layouts. Reported by one author from live pages on 2026-08-29 and confirmed by
 * five more extensions of 2026; not verified on a live page here. What is uncertain is marked, and the rep reviews every value
 * before it is sent.
 */
import type { ReadSection } from "../../shared/profile.js";
import { listSection, type ReadProfile, textSection, visibleText } from "./profile.js";

/** The card's name is the end of an opaque key, in one of two attributes. */
const card = (name: string): string =>
  `:is([componentkey^="com.linkedin.sdui.profile.card"][componentkey$="${name}"],[id^="com.linkedin.sdui.profile.card"][id$="${name}"])`;

const TOP_CARD = `${card("Topcard")}, .pv-top-card`;
const IDENTITY_PREFIX = "ProfileVerificationTriggerRef-";
const EDIT_INTRO = 'a[href*="/edit/intro/"]';
/** Each of these appears only on another person's page. */
const OTHER_PERSON = '.pv-top-card__non-self-photo-wrapper, a[href*="NON_SELF_PROFILE_VIEW"]';
const MESSAGE = 'a[href*="/messaging/compose"], a[href*="/messaging/thread"]';
const PHOTO = '[componentkey="topcard-logo-image-referencekey"] img, .pv-top-card__photo-wrapper img';

const NAME = "h1, h2";
/** "He/Him", "(She/Her)", "1st degree": between the name and the headline, in whatever language. */
const PRONOUNS_OR_DEGREE = /^\(?\p{L}+(?:\s*\/\s*\p{L}+)+\)?$|^[·•\s]*\d\p{L}{0,3}\+?(?:\s.*)?$/u;

const slugOf = (path: string): string | null => {
  const slug = /^\/in\/([^/]+)(?:\/|$)/.exec(path)?.[1];
  try {
    return slug === undefined ? null : decodeURIComponent(slug).toLowerCase();
  } catch {
    return null;
  }
};

/** The top card of the page, if the page is certainly the rep's own. */
function ownTopCard(own: string): HTMLElement | null {
  const cards = document.querySelectorAll<HTMLElement>(TOP_CARD);
  const top = cards[0];
  // While the site is navigating there are none or two.
  if (!top || cards.length !== 1) return null;
  if (document.querySelector(OTHER_PERSON) || top.querySelector(MESSAGE)) return null;
  const identity = top.querySelector(`[componentkey^="${IDENTITY_PREFIX}"]`)?.getAttribute("componentkey");
  if (identity !== null && identity !== undefined && slugOf(`/in/${identity.slice(IDENTITY_PREFIX.length)}`) !== own)
    return null;
  const edit = top.querySelector<HTMLAnchorElement>(EDIT_INTRO);
  return edit && slugOf(new URL(edit.href).pathname) === own ? top : null;
}

/** In the newer layout no selector matches the headline: it is the first line after the name, pronouns and degree. */
function readHeadline(top: HTMLElement): ReadSection[] {
  const classic = top.querySelector(".text-body-medium.break-words");
  if (classic) return textSection("headline", classic, false);
  const name = top.querySelector(NAME)?.textContent?.trim() ?? "";
  const lines = visibleText(top)
    .split("\n")
    .filter((line) => line !== "" && line !== name && !PRONOUNS_OR_DEGREE.test(line));
  return lines[0] === undefined ? [] : [{ name: "headline", value: lines[0], isCertain: false }];
}

/** The entries of a list that are not inside another entry. */
const entries =
  (selector: string) =>
  (element: Element): Element[] =>
    [...element.querySelectorAll(selector)].filter(
      (entry) => !entry.parentElement?.closest(selector) || !element.contains(entry.parentElement.closest(selector)),
    );

const SDUI_ENTRY = '[componentkey^="entity-collection-item-"]';
const SDUI_SKILL = '[componentkey^="com.linkedin.sdui.profile.skill("]:not([componentkey$="-divider"])';

function readSduiSections(): ReadSection[] {
  const find = (name: string): Element | null => document.querySelector(card(name));
  const about = find("About");
  return [
    ...(about
      ? textSection("about", about.querySelector('[data-testid="expandable-text-box"]') ?? document.createElement("p"))
      : []),
    ...listSection("featured", find("Featured"), entries("a, li"), false),
    ...listSection("experience", find("ExperienceTopLevelSection"), entries(SDUI_ENTRY)),
    ...listSection("education", find("EducationTopLevelSection"), entries(SDUI_ENTRY)),
    ...listSection("certifications", find("CertificationTopLevel"), entries(SDUI_ENTRY)),
    ...listSection("skills", find("Skills"), entries(SDUI_SKILL)),
    ...countRecommendations(find("RecommendationsTopLevel"), SDUI_ENTRY),
  ];
}

function readClassicSections(): ReadSection[] {
  const find = (anchor: string): Element | null => document.querySelector(`section:has(#${anchor})`);
  const about = find("about");
  const words = about ? withoutHeading(about) : null;
  return [
    ...(words === null ? [] : [{ name: "about", value: words === "" ? null : words, isCertain: true }]),
    ...listSection("featured", find("featured"), entries("li"), false),
    ...listSection("experience", find("experience"), entries("li")),
    ...listSection("education", find("education"), entries("li")),
    ...listSection("certifications", find("licenses_and_certifications"), entries("li")),
    ...listSection("skills", find("skills"), entries("li")),
    ...countRecommendations(find("recommendations"), "li"),
  ];
}

function withoutHeading(element: Element): string {
  const heading = visibleText(element.querySelector("h2") ?? document.createElement("p"));
  const words = visibleText(element);
  return (heading !== "" && words.startsWith(heading) ? words.slice(heading.length) : words).trim();
}

/** How many recommendations there are; their text is other people's and is not read. */
function countRecommendations(element: Element | null, entry: string): ReadSection[] {
  if (!element) return [];
  const count = entries(entry)(element).length;
  return [{ name: "recommendations", value: count > 0 ? String(count) : null, isCertain: true }];
}

export const readLinkedIn: ReadProfile = ({ linkedin: own }) => {
  const slug = window === window.top ? slugOf(location.pathname) : null;
  if (slug === null) return { error: "not-a-profile" };
  if (own === "") return { error: "not-confirmed" };
  if (slug !== own) return { error: "not-own-address" };
  const top = ownTopCard(own);
  if (!top) return { error: "not-own-page" };
  const sections = top.matches(".pv-top-card") ? readClassicSections() : readSduiSections();
  const photo: ReadSection = { name: "photo", value: top.querySelector(PHOTO) ? "yes" : null, isCertain: true };
  return { ok: { surface: "linkedin-profile", sections: [...readHeadline(top), ...sections, photo] } };
};
