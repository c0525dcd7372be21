"""Which blocks a rule is for (https://vale.sh/docs/topics/scopes)."""

from __future__ import annotations

from typing import NamedTuple

_SIZED = frozenset({"raw", "summary"})
#: Parts of a text that are blocks of their own as well, for rules that name them.
INLINE = frozenset({"link", "code", "strong", "emphasis"})


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
    return any(all(_holds(term, scope) for term in terms) and _asks_for(terms, scope) for terms in scopes)


def _asks_for(terms: tuple[Term, ...], scope: frozenset[str]) -> bool:
    """Whether ``terms`` name the inline element that ``scope`` is of; other blocks need not be named."""
    return "text" in scope or not scope & INLINE or any(not term.negated and term.names & scope & INLINE for term in terms)


def _term(part: str) -> Term:
    return Term(frozenset(name.strip() for name in part.removeprefix("~").split(".")), part.startswith("~"))


def _holds(term: Term, scope: frozenset[str]) -> bool:
    if term.negated:
        return not term.names <= scope and not scope & _SIZED
    return term.names <= scope
