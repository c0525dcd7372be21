"""Which blocks a rule is for (https://vale.sh/docs/topics/scopes)."""

from __future__ import annotations

from typing import NamedTuple

_SIZED = frozenset({"raw", "summary"})


class Term(NamedTuple):
    """Names that a block must have, or with ``negated`` must not have."""

    names: frozenset[str]
    negated: bool


#: Alternatives; all terms of one must hold.
Scopes = tuple[tuple[Term, ...], ...]


def parse(scopes: list[str]) -> Scopes:
    """``["heading.h1", "~list & text"]`` as alternatives of terms."""
    return tuple(tuple(_term(part.strip()) for part in scope.split("&")) for scope in scopes)


def select(scopes: Scopes, scope: frozenset[str]) -> bool:
    """Whether a block with the names ``scope`` is in one of ``scopes``. A negated term never holds for the file as a whole."""
    return any(all(_holds(term, scope) for term in terms) for terms in scopes)


def _term(part: str) -> Term:
    return Term(frozenset(name.strip() for name in part.removeprefix("~").split(".")), part.startswith("~"))


def _holds(term: Term, scope: frozenset[str]) -> bool:
    if term.negated:
        return not term.names <= scope and not scope & _SIZED
    return term.names <= scope
