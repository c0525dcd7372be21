"""Phrases that tell what a draft does (``phrases.yml``): comfort or thank somebody, sell, ask for a meeting, look for work, or
invite to an event."""

from __future__ import annotations

import itertools
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from nlp.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nlp.language import Reading


#: Words in single quotation marks, which ``Reading.quotations`` takes for apostrophes, after apostrophes are straight.
_SINGLE_QUOTES = re.compile(r"(?<!\w)['‘](?=\w)[^'‘\n]{0,80}(?:(?<=\w)'(?=\w)[^'‘\n]{0,80}){0,3}'(?!\w)")
MAX_FOUND = 20
#: Characters before words that may say who said them.
MAX_TOLD = 60
#: In a sentence, so many words stand at most between what asks for a meeting and the meeting.
MAX_BETWEEN = 6


def offers(reading: Reading, *, is_pitch: bool = False) -> tuple[Span, ...]:
    """Words that only somebody who sells writes. Where there are any, also those that ask to meet or to get in touch; where
    the text is only known to be a pitch, these alone. What leads up to an offer counts where nothing else is there."""
    text = plain(reading)
    addressed = [match for match in _first("addressed-offers", text) if _is_to_reader(reading, text, match)]
    sold, leads = [*pattern("offers").finditer(text), *addressed], [*pattern("leads").finditer(text)]
    asked = [*sold, *pattern("contacts").finditer(text)] if sold or leads or is_pitch else []
    meeting = [*pattern("meetings").finditer(text)] if sold or leads else _requested(reading, text) if is_pitch else []
    return _spans([*asked, *meeting] or leads)


def offers_beside_courtesy(reading: Reading) -> tuple[Span, ...]:
    """What a reply sells that begins with a courtesy, each to the end of its sentence."""
    text = plain(reading)
    kept: list[Span] = []
    for match in pattern("beside-courtesy").finditer(text):
        if not kept or match.start() >= kept[-1].end:
            end = max(match.end(), reading.sentence_at(match.start()).end)
            kept.append(Span(match.start(), match.start() + len(text[match.start() : end].rstrip(" .!?\n"))))
    return tuple(kept)


def meetings(reading: Reading) -> tuple[Span, ...]:
    """Words that ask for a private meeting."""
    return _spans(_requested(reading, plain(reading)))


def put_downs(reading: Reading) -> tuple[Span, ...]:
    """Words that run somebody or a company down, and that no rule looks for."""
    return _spans([*_first("put-downs", plain(reading))])


def is_told(reading: Reading, span: Span) -> bool:
    """Whether somebody else is said to have used the words of ``span``, or they are no insult here."""
    text = plain(reading)
    sentence = reading.sentence_at(span.start)
    after = text[span.end : reading.sentence_at(sentence.end + 1).end]
    return bool(
        reading.is_quoted(span)
        or any(quoted.start() < span.start and span.end < quoted.end() for quoted in _SINGLE_QUOTES.finditer(text))
        or pattern("told-before").search(text[max(sentence.start, span.start - MAX_TOLD) : span.start])
        or pattern("told-after").search(after)
        or ("clown" in span.of(text).lower() and pattern("harmless").search(text))
    )


def seeks_work(reading: Reading) -> bool:
    text = plain(reading)
    return bool(pattern("seeks-work").search(text)) and not pattern("seeks-staff").search(text)


def is_upcoming(reading: Reading) -> bool:
    """Whether the text is about an event that is still to come."""
    text = plain(reading)
    return bool(pattern("events").search(text)) and len(pattern("before-event").findall(text)) > len(
        pattern("after-event").findall(text)
    )


def _first(name: str, text: str) -> Iterable[re.Match[str]]:
    """The first matches. Each is looked at in its sentence, which may be as long as the text."""
    return itertools.islice(pattern(name).finditer(text), MAX_FOUND)


def _is_to_reader(reading: Reading, text: str, match: re.Match[str]) -> bool:
    """Whether an offer is made to the reader, and not told of another time."""
    sentence = reading.sentence_at(match.start())
    return not is_past(reading, sentence) and bool(pattern("to-reader").search(sentence.of(text)))


def is_past(reading: Reading, sentence: Span) -> bool:
    """Whether a sentence tells of the past."""
    return any(token.tag == "VBD" and sentence.start <= token.start < sentence.end for token in reading.tokens)


def _requested(reading: Reading, text: str) -> list[re.Match[str]]:
    return [match for match in _first("meetings", text) if _is_request(reading, text, match)]


def _is_request(reading: Reading, text: str, match: re.Match[str]) -> bool:
    sentence = reading.sentence_at(match.start())
    if pattern("among-colleagues").search(sentence.of(text)) or not pattern("after-meeting").match(text[match.end() :]):
        return False
    before = text[sentence.start : match.start()]
    asked = [*pattern("requests").finditer(before)]
    between = before[asked[-1].end() :] if asked else before
    return len(between.split()) <= MAX_BETWEEN and (bool(asked) or "?" in sentence.of(text)[match.end() - sentence.start :])


def plain(reading: Reading) -> str:
    """The text with straight apostrophes; positions stay the same."""
    return reading.views.raw.replace("’", "'")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """Any of the phrases listed under ``name``."""
    return _any_of(_lists()[name])


@cache
def courtesies() -> Mapping[str, re.Pattern[str]]:
    return {name: _any_of(phrases) for name, phrases in _lists()["courtesies"].items()}


@cache
def formula() -> frozenset[str]:
    return frozenset(_lists()["formula"].split())


@cache
def _lists() -> Mapping[str, Any]:
    lists: dict[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("phrases.yml").read_text(encoding="utf-8"))
    return lists


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


def _spans(matches: list[re.Match[str]]) -> tuple[Span, ...]:
    """In order and without overlaps."""
    kept: list[Span] = []
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if not kept or match.start() >= kept[-1].end:
            kept.append(Span(match.start(), match.end()))
    return tuple(kept)
