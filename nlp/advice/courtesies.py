"""Replies that are a courtesy: they comfort, congratulate, welcome, thank or wish well. What would make another reply better
does not make these better: they are left alone, or asked for one personal word where they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nlp.advice import phrases

if TYPE_CHECKING:
    from nlp.language import Reading


class Courtesy(NamedTuple):
    """``name``: one of ``courtesies`` in ``phrases.yml``, and the variant of its words. ``is_enough``: whether nothing need be
    added, because it says something that not everybody would say, or because it is of a sort that needs no such thing."""

    name: str
    is_enough: bool


#: Recognised wherever in a reply they are: nobody who comforts is asked for anything.
COMFORTS = frozenset({"condolence", "sympathy"})
#: Of these, one like all others is a missed chance to say something kind.
BETTER_PERSONAL = frozenset({"congratulated", "welcomed"})
_ABOUT_POST = ("thanks-for-post", "agrees")
#: So many words besides those of ``formula`` make it personal, as does a number, or a name that is not a person's.
MIN_OWN_WORDS, SHORT_WORD = 3, 3
#: In words. A longer reply says more than a courtesy, and so does one in which the courtesy comes later.
MAX_WORDS, MAX_BEFORE = 45, 8


def courtesy(reading: Reading) -> Courtesy | None:
    """The courtesy of a reply; ``None`` where it does something else: it asks, points to a link, or is about the post."""
    text = phrases.plain(reading)
    if reading.links or not 0 < len(reading.words) <= MAX_WORDS:
        return None
    found = [(name, match) for name, pattern in phrases.courtesies().items() if (match := pattern.search(text))]
    if comfort := next((name for name, _ in found if name in COMFORTS), ""):
        return Courtesy(comfort, is_enough=True)
    early = [name for name, match in found if len(text[: match.start()].split()) <= MAX_BEFORE]
    if not early or "?" in text or any(phrases.pattern(name).search(text) for name in _ABOUT_POST):
        return None
    return Courtesy(early[0], is_enough=early[0] not in BETTER_PERSONAL or _is_personal(reading))


def _is_personal(reading: Reading) -> bool:
    names = [entity for entity in reading.entities if entity.label == "PER"]
    own = {
        word.lower
        for word in reading.words
        if len(word.lower) > SHORT_WORD
        and word.lower not in phrases.formula()
        and not any(name.start <= word.start < name.end for name in names)
    }
    others = any(entity.label != "PER" for entity in reading.entities)
    return others or bool(reading.numbers) or len(own) >= MIN_OWN_WORDS
