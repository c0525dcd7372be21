"""The texts of the gates' evaluation, with their identity terms and masked slurs filled in."""

from __future__ import annotations

import codecs
import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent
_MASKED = re.compile(r"~([^~]+)~")


class Case(NamedTuple):
    """A text and the kind of text it is: the trade, the topic, or the kind of offence."""

    kind: str
    text: str

    @property
    def is_held_out(self) -> bool:
        return _hash(self.text) % 2 == 1


class Term(NamedTuple):
    """A group of people, as an adjective and as a plural noun."""

    adjective: str
    plural: str

    def fill(self, frame: str) -> str:
        """``frame`` with ``{a}`` and ``{p}`` replaced; a sentence keeps its capital, and "a" agrees with the next word."""
        text = frame.replace("{a}", self.adjective).replace("{p}", self.plural)
        text = re.sub(r"\b([Aa]) (?=[aeioAEIO])", r"\1n ", text)
        return text[0].upper() + text[1:]


@functools.cache
def terms() -> tuple[Term, ...]:
    return tuple(Term(*term.split(" / ")) for term in load("identity.yml")["terms"])


def trades() -> list[Case]:
    return _cases(load("trades.yml"))


def protected() -> list[Case]:
    return _cases(load("protected.yml"))


def later(kind: str) -> list[str]:
    """Texts written after the gates: ``protected``, ``ordinary``, ``hateful`` or ``harmless``."""
    return list(load("later.yml")[kind])


def identity() -> Iterator[tuple[Term, str]]:
    """Every term in every frame."""
    for term in terms():
        yield from ((term, term.fill(frame)) for frame in load("identity.yml")["frames"])


def offence(verdict: str) -> list[Case]:
    """``verdict`` is ``hateful`` or ``harmless``. Each text gets one identity term, chosen by its hash."""
    return [Case(case.kind, fill(case.text)) for case in _cases(load("offence.yml")[verdict])]


def hateful_about(term: Term) -> list[str]:
    """The hateful texts that name a group, all about this one."""
    return [term.fill(unmask(case.text)) for case in _cases(load("offence.yml")["hateful"]) if "{" in case.text]


def fill(text: str) -> str:
    """``text`` with one identity term and its slurs, which are in ROT13 between tildes."""
    chosen = terms()[_hash(text) % len(terms())]
    return unmask(chosen.fill(text))


@functools.cache
def load(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _cases(data: Mapping[str, list[str]]) -> list[Case]:
    return [Case(kind, text) for kind, texts in data.items() for text in texts]


def unmask(text: str) -> str:
    """``text`` with its slurs in plain letters."""
    return _MASKED.sub(lambda match: codecs.decode(match.group(1), "rot13"), text)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
