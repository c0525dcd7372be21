"""The findings of a profile. Each check yields hits; the catalogue holds their messages, reasons and costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from nlp import rules
from nlp.model import Finding, Span, Utf16
from nlp.profiles import measures
from nlp.profiles.catalogue import RULES

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.profiles.sections import ProfileText

HEADLINE_LIMIT = 220  # EVIDENCE.md P1
ABOUT_LIMIT = 2_600  # P2
ROLE_LIMIT = 2_000  # P3
#: A longer paragraph of the About fills a phone screen: about ten lines of 60 characters.
MAX_PARAGRAPH = 600
#: Rules on the wording of drafts that apply to a headline and an About as well.
WORD_RULES = frozenset(
    f"Repute.{name}" for name in ("Buzzwords", "PlainWords", "Cliches", "Hype", "EmptyIntensifier", "Wordiness", "Overclaim")
)
#: Rules that do not depend on words and therefore apply in every language.
LAYOUT_RULES = frozenset(
    f"Profile.{name}"
    for name in (
        *("HeadlineEmpty", "HeadlineTooLong", "AboutEmpty", "AboutTooLong", "AboutWall", "RoleTextTooLong"),
        *("NoRecommendation", "NothingFeatured", "FewSkills", "NoPhoto", "SectionEmpty"),
    )
)
TITLES = {"featured": "Featured", "experience": "Experience", "website": "Website", "pinned": "Pinned post", "bio": "Bio"}
_INFO = {info.id: info for info in RULES}


class _Hit(NamedTuple):
    """A rule that fired, by its name without "Profile."; ``words`` replace the ``%s`` of its message."""

    rule: str
    span: Span | None = None
    words: str = ""


def find(profile: ProfileText, reading: Reading, *, is_enabled: Callable[[str], bool]) -> list[Finding]:
    """The findings of the enabled rules in the order of the text; those on a whole section come last."""
    hits = [
        *_headline(profile, reading),
        *_about(profile, reading),
        *_proof(profile, reading),
        *_completeness(profile),
        *_contact(profile, reading),
    ]
    findings = [
        _finding(hit, profile)
        for hit in hits
        if is_enabled(f"Profile.{hit.rule}") and profile.surface in _INFO[f"Profile.{hit.rule}"].surfaces
    ]
    findings += _wording(profile, reading, is_enabled)
    return sorted(findings, key=lambda f: (f.span is None, f.span.start if f.span else 0, f.rule))


def _finding(hit: _Hit, profile: ProfileText) -> Finding:
    info = _INFO[f"Profile.{hit.rule}"]
    message = info.message.replace("%s", hit.words)
    quote = hit.span.of(profile.text) if hit.span else ""
    return Finding(info.id, info.dimension, message, info.why, info.evidence, info.severity, hit.span, quote)


def _headline(profile: ProfileText, reading: Reading) -> Iterator[_Hit]:
    if profile.is_empty("headline"):
        yield _Hit("HeadlineEmpty")
    span = measures.headline_span(profile, reading)
    if profile.surface != "linkedin-profile" or span is None:
        return
    yield from _beyond(profile, span, HEADLINE_LIMIT, "HeadlineTooLong")
    if measures.headline_reader(profile, reading).value == 0:
        only_title = measures.headline_substance(profile, reading).value == 0
        yield _Hit("HeadlineOnlyTitle" if only_title and len(reading.words_in(span)) <= 8 else "HeadlineWhoYouHelp", span)
    if (
        len(profile.words(reading, "about")) >= 2 * measures.MIN_ABOUT_WORDS
        and measures.headline_kept(profile, reading).value == 0
    ):
        yield _Hit("HeadlineApartFromAbout", profile.spans("about")[0])


def _about(profile: ProfileText, reading: Reading) -> Iterator[_Hit]:
    for name, title in (("about", "About"), ("bio", "Bio")):
        if profile.is_empty(name):
            yield _Hit("AboutEmpty", None, title)
    spans = profile.spans("about")
    if not spans:
        return
    about = spans[0]
    yield from _beyond(profile, about, ABOUT_LIMIT, "AboutTooLong")
    if about.end - about.start > measures.FOLD and measures.about_opening(profile, reading).value == 0:
        yield _Hit("AboutPointBelowFold", Span(about.start, about.start + measures.FOLD), str(measures.FOLD))
    for word in measures.third_person(profile, reading)[:1]:
        yield _Hit("AboutInThirdPerson", word.span)
    for paragraph in reading.paragraphs:
        if about.start <= paragraph.start < about.end and paragraph.end - paragraph.start > MAX_PARAGRAPH:
            yield _Hit("AboutWall", paragraph)


def _proof(profile: ProfileText, reading: Reading) -> Iterator[_Hit]:
    if profile.filled("experience") and measures.results_in_numbers(profile, reading).value == 0:
        yield _Hit("ProofWithoutNumber", profile.spans("experience")[0])
    if profile.is_empty("recommendations"):
        yield _Hit("NoRecommendation")
    if profile.is_empty("featured"):
        yield _Hit("NothingFeatured")
    for role in profile.spans("experience"):
        yield from _beyond(profile, role, ROLE_LIMIT, "RoleTextTooLong")


def _completeness(profile: ProfileText) -> Iterator[_Hit]:
    if profile.loaded("skills") and len(profile.spans("skills")) < measures.MIN_SKILLS:
        yield _Hit("FewSkills")
    if profile.photo is False:
        yield _Hit("NoPhoto")
    for name in ("experience", "pinned"):
        if profile.is_empty(name):
            yield _Hit("SectionEmpty", None, TITLES[name])


def _contact(profile: ProfileText, reading: Reading) -> Iterator[_Hit]:
    title = "Bio" if profile.surface == "x-profile" else "About"
    if profile.loaded(*measures.REACH) and measures.ways_to_reach(profile, reading).value == 0:
        yield _Hit("NoWayToReach", None, "Contact" if profile.loaded("contact") else title)
    if profile.filled("about", "bio") and measures.invitation(profile, reading).value == 0:
        yield _Hit("NoInvitation", None, title)


def _wording(profile: ProfileText, reading: Reading, is_enabled: Callable[[str], bool]) -> list[Finding]:
    """The findings of ``WORD_RULES`` in the headline, the About and the bio."""
    places = {"headline": ("Headline", "headline"), "about": ("About", "about"), "bio": ("Bio", "about")}
    word_rules = [rule for rule in rules.packaged() if rule.info.id in WORD_RULES]
    findings = []
    for finding in rules.find(reading, "linkedin-post", word_rules, is_enabled=is_enabled):
        for name, (title, dimension) in places.items():
            if finding.span and any(s.start <= finding.span.start and finding.span.end <= s.end for s in profile.spans(name)):
                message = f"{title}: {finding.message[:1].lower()}{finding.message[1:]}"
                findings.append(replace(finding, message=message, dimension=dimension))
    return findings


def _beyond(profile: ProfileText, span: Span, limit: int, rule: str) -> Iterator[_Hit]:
    """A hit on the text beyond ``limit`` UTF-16 code units."""
    units = Utf16(span.of(profile.text))
    if units.length > limit:
        yield _Hit(rule, Span(span.start + units.to_code_points(limit), span.end), f"{limit:,}")
