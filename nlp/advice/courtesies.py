"""Replies that are a courtesy: they comfort, congratulate, welcome, thank or wish well. What would make another reply better
does not make these better: they are left alone, or asked for one personal word where they have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nlp.advice import phrases

if TYPE_CHECKING:
    from nlp.language import Reading


class Courtesy(NamedTuple):
    """``name``: one of ``courtesies`` in ``phrases.yml``, and the variant of its words; ``PLAIN`` where it may be meant less
    kindly than it sounds, and is not praised. ``is_enough``: whether nothing need be added, because it says something that not
    everybody would say, or because it is of a sort that needs no such thing."""

    name: str
    is_enough: bool


PLAIN = "default"
#: Nobody who comforts is asked for anything.
COMFORTS = frozenset({"condolence", "sympathy"})
#: Of these, one like all others is a missed chance to say something kind. With a question to the person it is none.
BETTER_PERSONAL = frozenset({"congratulated", "welcomed"})
_ABOUT_POST = ("thanks-for-post", "agrees")
#: So many words besides those of ``formula`` make it personal, as does a number, or a name that is not a person's.
MIN_OWN_WORDS, SHORT_WORD = 3, 3
#: In words. A longer reply says more than a courtesy, and so does one in which the courtesy comes later.
MAX_WORDS, MAX_BEFORE = 45, 8
#: In words. A longer one is called kind only where it says something kind besides.
MAX_FORMULA = 12
#: In words: a question to the person, and the reply with it.
MAX_QUESTION, MAX_ASKING = 7, 20


def courtesy(reading: Reading) -> Courtesy | None:
    """The courtesy of a reply; ``None`` where it does something else (it asks, sells, points to a link, or is about the post),
    and where anything speaks against its being meant."""
    text = phrases.plain(reading)
    found = early(reading)
    if not found or speaks_against(reading) or reading.links or not 0 < len(reading.words) <= MAX_WORDS or _sells(reading):
        return None
    name = next((each for each in found if each in COMFORTS), found[0])
    if name in COMFORTS:
        return Courtesy(name if _is_kind(reading) else PLAIN, is_enough=True)
    asks = "?" in text
    if (asks and not (name in BETTER_PERSONAL and _asks_person(reading))) or any(
        phrases.pattern(each).search(text) for each in _ABOUT_POST
    ):
        return None
    if not _is_kind(reading):
        # Thanks may only lead up to something else.
        return None if name == "thanked" else Courtesy(PLAIN, is_enough=True)
    return Courtesy(name, is_enough=name not in BETTER_PERSONAL or asks or _is_personal(reading))


def early(reading: Reading) -> list[str]:
    """The courtesies that a text begins with."""
    text = phrases.plain(reading)
    matches = [(name, pattern.search(text)) for name, pattern in phrases.courtesies().items()]
    return [name for name, match in matches if match and len(text[: match.start()].split()) <= MAX_BEFORE]


def speaks_against(reading: Reading) -> bool:
    """Whether a text has words of scorn or disagreement."""
    return bool(phrases.pattern("against").search(phrases.plain(reading)))


def _sells(reading: Reading) -> bool:
    text = phrases.plain(reading)
    sold = any(phrases.pattern(name).search(text) for name in ("not-only-kind", "beside-courtesy"))
    return sold or bool(phrases.offers(reading, is_pitch=True))


def _asks_person(reading: Reading) -> bool:
    """Whether a short reply ends in its only question, a short one."""
    text = phrases.plain(reading).rstrip()
    asked = reading.words_in(reading.sentence_at(text.find("?")))
    return text.find("?") == len(text) - 1 and len(asked) <= MAX_QUESTION and len(reading.words) <= MAX_ASKING


def _is_kind(reading: Reading) -> bool:
    """Whether it speaks to somebody by name, says what everybody says, or says something kind to or of a person besides."""
    text = phrases.plain(reading)
    is_short = len(reading.words) <= MAX_FORMULA
    if is_short and (_own_words(reading) == set() or phrases.pattern("named").search(text)):
        return True
    for pattern in phrases.courtesies().values():
        text = pattern.sub(" ", text)
    return bool(phrases.pattern("kind-words").search(text) and phrases.pattern("persons").search(text))


def _is_personal(reading: Reading) -> bool:
    others = any(entity.label != "PER" for entity in reading.entities)
    return others or bool(reading.numbers) or len(_own_words(reading)) >= MIN_OWN_WORDS


def _own_words(reading: Reading) -> set[str]:
    """Its words besides names and those of ``formula``."""
    names = [entity for entity in reading.entities if entity.label == "PER"]
    return {
        word.lower
        for word in reading.words
        if len(word.lower) > SHORT_WORD
        and word.lower not in phrases.formula()
        and not any(name.start <= word.start < name.end for name in names)
    }
