"""Phrases that tell what a draft does (``phrases.yml``): comfort or thank somebody, sell, ask for a meeting, look for work, or
invite to an event."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from nlp.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nlp.language import Reading


def offers(reading: Reading, *, is_pitch: bool = False) -> tuple[Span, ...]:
    """Words that only somebody who sells writes. Where there are any, or the text is known to be a pitch, also those that ask
    to meet or to get in touch; and what leads up to an offer only where nothing else is there."""
    text = plain(reading)
    sold, leads = [*pattern("offers").finditer(text)], [*pattern("leads").finditer(text)]
    sells = is_pitch or sold or leads
    asked = [*sold, *pattern("meetings").finditer(text), *pattern("contacts").finditer(text)] if sells else []
    return _spans(asked or leads)


def meetings(reading: Reading) -> tuple[Span, ...]:
    """Words that ask for a private meeting."""
    text = plain(reading)
    sentences = [(span, span.of(text)) for span in reading.prose_sentences]
    asking = [span for span, sentence in sentences if "?" in sentence or pattern("requests").search(sentence)]
    found = pattern("meetings").finditer(text)
    return _spans([match for match in found if any(span.start <= match.start() < span.end for span in asking)])


def put_downs(reading: Reading) -> tuple[Span, ...]:
    """Words that run somebody or a company down, and that no rule looks for."""
    return _spans([*pattern("put-downs").finditer(plain(reading))])


def seeks_work(reading: Reading) -> bool:
    text = plain(reading)
    return bool(pattern("seeks-work").search(text)) and not pattern("seeks-staff").search(text)


def is_upcoming(reading: Reading) -> bool:
    """Whether the text is about an event that is still to come."""
    text = plain(reading)
    return bool(pattern("events").search(text)) and len(pattern("before-event").findall(text)) > len(
        pattern("after-event").findall(text)
    )


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
