"""Named measures of a profile. As for drafts, the curves from value to goodness are set by judgement, with 0.5 for an average
profile. A measure of what is not loaded or too short has no goodness and does not count.

On X the bio serves as headline and About: its first sentence counts as the headline.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from nlp.language import lexicon
from nlp.measures.curves import goodness
from nlp.model import Measure, Span
from nlp.profiles.sections import ProfileText

if TYPE_CHECKING:
    from nlp.language import Reading
    from nlp.language.types import Word

#: LinkedIn shows about this much of the About before "see more" (EVIDENCE.md P2, the lower of two values).
FOLD = 260
#: Our own rule of thumb; no effect size supports it (EVIDENCE.md P5).
MIN_SKILLS = 5
#: With fewer words a role has a title but no description.
MIN_ROLE_WORDS = 15
MIN_ABOUT_WORDS = 20


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WHOM = re.compile(
    r"\b(?:help|helps|helping|serve|serves|serving|advise|advises|for|with)\s+(?:\w+[ -]){0,4}?\w+", re.IGNORECASE
)
_OUTCOME = _set(
    "cut cuts cutting save saves saving saved reduce reduces reducing shorten shortens find finds finding fix fixes "
    "fixing win wins winning grow grows growing stop stops stopping prevent prevents avoid avoids keep keeps "
    "keeping build builds building make makes making teach teaches teaching sell sells selling buy buying run runs "
    "running ship ships shipping turn turns turning get gets getting plan plans planning fewer faster less more "
    "sooner without"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d ()./-]{7,}\d", re.UNICODE)
_INVITATION = re.compile(
    r"\b(?:message me|write to me|email me|e-mail me|call me|ask me|reach out|get in touch|say hello|say hi|drop me|book a|"
    r"contact me|connect with me|find me|my door|dms? (?:are )?open|happy to (?:talk|help|share|compare|answer|chat)|"
    r"let's talk)\b",
    re.IGNORECASE,
)  # fmt: skip
_COMMON = _set(
    "the a an and or of to in on for with at by from as is are was be i we you my our your it that this their they "
    "who what how help helps at into more not but have has i'm"
)
_COMPLETE = {
    "linkedin-profile": ("headline", "about", "experience", "skills", "featured", "recommendations", "contact"),
    "x-profile": ("bio", "website", "pinned"),
}
#: Sections where readers look for a way to reach the person.
REACH = ("contact", "website", "about", "bio")


def headline_span(profile: ProfileText, reading: Reading) -> Span | None:
    if profile.surface == "linkedin-profile":
        spans = profile.spans("headline")
        return spans[0] if spans else None
    spans = profile.spans("bio")
    return reading.sentence_at(spans[0].start) if spans else None


def names_reader(words: tuple[Word, ...]) -> bool:
    return any(word.lower in lexicon.READERS or word.lower in lexicon.YOU for word in words)


def content_stems(words: tuple[Word, ...]) -> set[str]:
    """Stems of the content words."""
    return {lexicon.stem(word) for word in words if word.lower not in _COMMON and len(word.lower) > 2}


def headline_length(profile: ProfileText, reading: Reading) -> Measure:
    """Words of the headline. Range: 0 and up; 0 is 0, 4 gives 0.35, 8 is average, 12 to 25 gives 0.8, 40 gives 0.5."""
    span = headline_span(profile, reading)
    words = len(reading.words_in(span)) if span else 0
    good = goodness(words, (0, 0), (4, 0.35), (8, 0.5), (12, 0.8), (25, 0.8), (40, 0.5))
    return Measure("headline_length", "headline", words, "", good if profile.loaded("headline", "bio") else None,
                   "Words in the headline", (span,) if span else ())  # fmt: skip


def headline_reader(profile: ProfileText, reading: Reading) -> Measure:
    """Signs in the headline of who the person helps: a reader's role or "you" (1) and "help ..." or "for ..." (1).
    0-2; 0.25, 0.6, 0.9 (EVIDENCE.md P6: advice only)."""
    span = headline_span(profile, reading)
    signs = 0
    if span:
        signs = names_reader(reading.words_in(span)) + (_WHOM.search(reading.views.prose[span.start : span.end]) is not None)
    return Measure("headline_reader", "headline", signs, "of 2", (0.25, 0.6, 0.9)[signs] if span else None,
                   "Signs of who you help in the headline")  # fmt: skip


def headline_substance(profile: ProfileText, reading: Reading) -> Measure:
    """Words in the headline for what changes for a reader ("cut", "without", a figure). Range: 0 and up; 0 gives 0.35, 1 gives
    0.65, 2 gives 0.85."""
    span = headline_span(profile, reading)
    count = 0
    if span:
        count = sum(word.lower in _OUTCOME or word.lower in lexicon.PROBLEMS for word in reading.words_in(span))
        count += sum(span.start <= number.start < span.end for number in reading.numbers)
    return Measure("headline_substance", "headline", count, "", goodness(count, (0, 0.35), (1, 0.65), (2, 0.85)) if span
                   else None, "Words for what changes in the headline")  # fmt: skip


def about_length(profile: ProfileText, reading: Reading) -> Measure:
    """Words of the About (on X of the bio). LinkedIn: 0 is 0, 40 gives 0.4, 70 is average, 120 to 350 gives 0.75, 450 gives
    0.5. X: 0 is 0, 8 gives 0.4, 14 is average, 20 and more gives 0.75. No best length is known (EVIDENCE.md L15), so only
    the extremes score lower."""
    count = len(profile.words(reading, "about", "bio"))
    if profile.surface == "x-profile":
        good = goodness(count, (0, 0), (8, 0.4), (14, 0.5), (20, 0.75))
    else:
        good = goodness(count, (0, 0), (40, 0.4), (70, 0.5), (120, 0.75), (350, 0.75), (450, 0.5))
    return Measure("about_length", "about", count, "", good if profile.loaded("about", "bio") else None, "Words in the About")


def about_reader_share(profile: ProfileText, reading: Reading) -> Measure:
    """Words for readers (you, their roles) in the About as a share of those and the words for me and us, in percent.
    Range: 0-100; 0 gives 0.2, 30 is average, 60 and more gives 0.85. ``None`` for fewer than 20 words (8 on X)."""
    words = profile.words(reading, "about", "bio")
    theirs = sum(word.lower in lexicon.YOU or word.lower in lexicon.READERS for word in words)
    ours = sum(word.lower in lexicon.WE or word.lower in lexicon.ME for word in words)
    value = 100 * theirs / (theirs + ours) if theirs + ours else 0
    fewest = 8 if profile.surface == "x-profile" else MIN_ABOUT_WORDS
    good = goodness(value, (0, 0.2), (30, 0.5), (60, 0.85)) if len(words) >= fewest else None
    return Measure("about_reader_share", "about", round(value), "percent", good, "About is about the reader")


def about_opening(profile: ProfileText, reading: Reading) -> Measure:
    """Words for a reader or a reader's problem before the fold of 260 characters (P2). Range: 0 and up; 0 gives 0.2, 1 is
    average, 3 gives 0.85. ``None`` where there is no About."""
    spans = profile.spans("about", "bio")
    reader_words: tuple[Word, ...] = ()
    if spans:
        words = reading.words_in(Span(spans[0].start, min(spans[0].end, spans[0].start + FOLD)))
        reader_words = tuple(
            w for w in words if w.lower in lexicon.YOU or w.lower in lexicon.READERS or w.lower in lexicon.PROBLEMS
        )
    good = goodness(len(reader_words), (0, 0.2), (1, 0.5), (3, 0.85)) if spans else None
    return Measure("about_opening", "about", len(reader_words), "", good, "Words for the reader as the About opens",
                   tuple(word.span for word in reader_words))  # fmt: skip


def about_sentences(profile: ProfileText, reading: Reading) -> Measure:
    """Mean words per sentence of the About. Range: 1 and up; up to 12 gives 0.75, 18 is average, 30 gives 0.1 (W2). ``None``
    under 20 words."""
    words = profile.words(reading, "about", "bio")
    value = len(words) / max(1, len({word.sentence for word in words}))
    good = goodness(value, (12, 0.75), (18, 0.5), (30, 0.1)) if len(words) >= MIN_ABOUT_WORDS else None
    return Measure("about_sentences", "about", round(value, 1), "", good, "Words per sentence in the About")


def results_in_numbers(profile: ProfileText, reading: Reading) -> Measure:
    """Figures in experience, About and featured work (bio and pinned post on X). Range: 0 and up; 0 gives 0.25, 1 is average, 4
    gives 0.85."""
    spans = profile.spans("about", "experience", "featured", "bio", "pinned")
    figures = tuple(
        n for n in reading.numbers if any(s.start <= n.start < s.end for s in spans) and not _is_year(n, profile.text)
    )
    good = goodness(len(figures), (0, 0.25), (1, 0.5), (4, 0.85)) if spans else None
    return Measure("results_in_numbers", "proof", len(figures), "", good, "Results in numbers", figures)


def recommendations(profile: ProfileText, _reading: Reading) -> Measure:
    """Recommendations received. Range: 0 and up; 0 gives 0.25, 1 is average, 3 gives 0.8 (P7). ``None`` where not loaded."""
    count = len(profile.spans("recommendations"))
    good = goodness(count, (0, 0.25), (1, 0.5), (3, 0.8)) if profile.loaded("recommendations") else None
    return Measure("recommendations", "proof", count, "", good, "Recommendations")


def work_shown(profile: ProfileText, _reading: Reading) -> Measure:
    """Featured pieces of work, certifications, and on X a pinned post. Range: 0 and up; 0 gives 0.3, 1 gives 0.6, 3 gives
    0.8."""
    names = ("featured", "certifications", "pinned")
    count = len(profile.spans(*names))
    good = goodness(count, (0, 0.3), (1, 0.6), (3, 0.8)) if profile.loaded(*names) else None
    return Measure("work_shown", "proof", count, "", good, "Work samples")


def sections_filled(profile: ProfileText, _reading: Reading) -> Measure:
    """The share of the loaded main sections that are not empty, in percent. Range: 0-100; 0 is 0, 60 is average, 100
    gives 0.9 (P7)."""
    loaded = [name for name in _COMPLETE[profile.surface] if profile.loaded(name)]
    value = 100 * sum(profile.filled(name) for name in loaded) / len(loaded) if loaded else 0
    good = goodness(value, (0, 0), (60, 0.5), (100, 0.9)) if loaded else None
    return Measure("sections_filled", "completeness", round(value), "percent", good, "Sections filled")


def photo(profile: ProfileText, _reading: Reading) -> Measure:
    """Whether there is a photo: 0.2 or 0.7 (P4). Nothing else about the picture is known."""
    good = None if profile.photo is None else 0.7 if profile.photo else 0.2
    return Measure("photo", "completeness", float(bool(profile.photo)), "0 or 1", good, "Has a photo")


def skills(profile: ProfileText, _reading: Reading) -> Measure:
    """Skills listed. Range: 0 and up; 0 gives 0.1, 5 gives 0.6, 10 gives 0.75 (P5, without its effect size)."""
    count = len(profile.spans("skills"))
    good = goodness(count, (0, 0.1), (MIN_SKILLS, 0.6), (10, 0.75)) if profile.loaded("skills") else None
    return Measure("skills", "completeness", count, "", good, "Skills listed")


def roles_described(profile: ProfileText, reading: Reading) -> Measure:
    """The share of the latest three roles that have at least 15 words, in percent. Range: 0-100; 0 gives 0.2, 50 is average,
    100 gives 0.8."""
    roles = profile.spans("experience")[:3]
    described = sum(len(reading.words_in(role)) >= MIN_ROLE_WORDS for role in roles)
    value = 100 * described / len(roles) if roles else 0
    good = goodness(value, (0, 0.2), (50, 0.5), (100, 0.8)) if profile.loaded("experience") else None
    return Measure("roles_described", "completeness", round(value), "percent", good, "Roles described")


def headline_kept(profile: ProfileText, reading: Reading) -> Measure:
    """The share of the headline's content words that recur in the rest, in percent. Range: 0-100; 0 gives 0.2, 40 is
    average, 80 gives 0.85 (W5)."""
    span = headline_span(profile, reading)
    headline = content_stems(reading.words_in(span)) if span else set()
    rest = content_stems(
        tuple(w for w in profile.words(reading, "about", "experience", "bio", "pinned") if not span or w.start >= span.end)
    )
    value = 100 * len(headline & rest) / len(headline) if headline else 0
    good = goodness(value, (0, 0.2), (40, 0.5), (80, 0.85)) if headline and len(rest) >= len(headline) else None
    return Measure("headline_kept", "consistency", round(value), "percent", good, "Headline followed up in the text")


def one_speaker(profile: ProfileText, reading: Reading) -> Measure:
    """Of the words for the speaker in the About, the share that is "I" or "we", against "he", "she" and "they" with a
    following verb of work, in percent. Range: 0-100; 0 gives 0.2, 100 gives 0.7. ``None`` where there are none."""
    words = profile.words(reading, "about")
    first = sum(word.lower in lexicon.ME or word.lower in lexicon.WE for word in words)
    third = len(third_person(profile, reading))
    value = 100 * first / (first + third) if first + third else 0
    good = goodness(value, (0, 0.2), (100, 0.7)) if first + third else None
    return Measure("one_speaker", "consistency", round(value), "percent", good, "Consistent first person")


def skills_shown(profile: ProfileText, reading: Reading) -> Measure:
    """The share of the first ten skills whose words recur in headline, About or experience, in percent. Range: 0-100; 0 gives
    0.25, 30 is average, 70 gives 0.8. ``None`` for fewer than 3 skills."""
    listed = [content_stems(reading.words_in(span)) for span in profile.spans("skills")[:10]]
    rest = content_stems(profile.words(reading, "headline", "about", "experience"))
    shown = sum(bool(skill & rest) for skill in listed)
    value = 100 * shown / len(listed) if listed else 0
    good = goodness(value, (0, 0.25), (30, 0.5), (70, 0.8)) if len(listed) >= 3 and rest else None
    return Measure("skills_shown", "consistency", round(value), "percent", good, "Skills backed up in the text")


def ways_to_reach(profile: ProfileText, reading: Reading) -> Measure:
    """Addresses, telephone numbers and links in the sections where readers look for them. Range: 0 and up; 0 gives 0.15, 1
    gives 0.65, 2 gives 0.8. ``None`` where none of those sections was loaded."""
    spans = profile.spans(*REACH)
    places = [*reading.links, *(Span(*m.span()) for m in _ADDRESS.finditer(profile.text))]
    ways = tuple(p for p in places if any(s.start <= p.start < s.end for s in spans))
    count = len({(p.start, p.end) for p in ways})
    good = goodness(count, (0, 0.15), (1, 0.65), (2, 0.8)) if profile.loaded(*REACH) else None
    return Measure("ways_to_reach", "contact", count, "", good, "Ways to reach you", ways)


def invitation(profile: ProfileText, _reading: Reading) -> Measure:
    """Number of invitations to get in touch in the About, bio or contact section. None gives 0.35, any 0.75."""
    spans = profile.spans("about", "bio", "contact")
    invitations = tuple(
        Span(s.start + m.start(), s.start + m.end()) for s in spans for m in _INVITATION.finditer(profile.text[s.start : s.end])
    )
    good = (0.75 if invitations else 0.35) if spans else None
    return Measure("invitation", "contact", float(len(invitations)), "", good, "Invitations to get in touch", invitations)


def place_named(profile: ProfileText, _reading: Reading) -> Measure:
    """The share of location and website that is filled in, of those loaded, in percent. Range: 0-100; 0 gives 0.35, 100 gives
    0.7."""
    loaded = [name for name in ("location", "website") if profile.loaded(name)]
    value = 100 * sum(profile.filled(name) for name in loaded) / len(loaded) if loaded else 0
    good = goodness(value, (0, 0.35), (100, 0.7)) if loaded else None
    return Measure("place_named", "contact", round(value), "percent", good, "Location and website given")


def third_person(profile: ProfileText, reading: Reading) -> tuple[Word, ...]:
    """Words that refer to the profile's own person in the third person: "he" or "she" at the start of a sentence of the
    About."""
    words = profile.words(reading, "about")
    first_of_sentence: dict[int, Word] = {}
    for word in words:
        first_of_sentence.setdefault(word.sentence, word)
    return tuple(word for word in first_of_sentence.values() if word.lower in ("he", "she"))


def _is_year(span: Span, text: str) -> bool:
    written = span.of(text)
    return len(written) == 4 and written.isascii() and written.isdigit() and 1950 <= int(written) <= 2100


ALL: tuple[Callable[[ProfileText, Reading], Measure], ...] = (
    headline_length, headline_reader, headline_substance,
    about_length, about_reader_share, about_opening, about_sentences,
    results_in_numbers, recommendations, work_shown,
    sections_filled, photo, skills, roles_described,
    headline_kept, one_speaker, skills_shown,
    ways_to_reach, invitation, place_named,
)  # fmt: skip
