"""What a change of the scoring means, in plain words for everybody: no ids of rules, no weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from nlp import Scoring
from nlp.model import DRAFT_DIMENSIONS, PROFILE_DIMENSIONS
from server.core.labels import dimension_label
from server.tuning import queries
from server.tuning.champion import get_scoring

#: Activations that are listed, the newest first.
MAX_CHANGES = 5
#: A dimension is named if its share of the score changes by more than this, relatively.
MIN_CHANGE = 0.08
#: Tips that are named one by one; of more, only the number is said.
MAX_NAMED = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One version that became active. ``note``: of the administrator who made it. ``lines``: what it changed."""

    version_hash: str
    activated_at: datetime
    note: str
    lines: tuple[str, ...]


def list_changes(session: Session) -> list[Change]:
    """Newest first."""
    return [
        Change(
            promotion.version_hash,
            promotion.decided_at,
            note,
            _lines(session, promotion.replaces_hash, promotion.version_hash),
        )
        for promotion, note in queries.confirmed_promotions(session, limit=MAX_CHANGES)
        if promotion.decided_at is not None
    ]


def _lines(session: Session, before_hash: str, after_hash: str) -> tuple[str, ...]:
    found = _known.get((before_hash, after_hash))
    if found is None:
        before, after = (get_scoring(session, version_hash=one) for one in (before_hash, after_hash))
        if len(_known) >= _MAX_KNOWN:
            _known.clear()
        found = _known[before_hash, after_hash] = tuple(describe(before, after))
    return found


#: Versions never change, so neither do these.
_known: dict[tuple[str, str], tuple[str, ...]] = {}
_MAX_KNOWN = 64


def describe(before: Scoring, after: Scoring) -> Iterator[str]:
    """What is different under ``after``, one sentence each."""
    if after.correction is not None and after.correction != before.correction:
        answers = f"{after.correction.rows:,} of their answers"
        yield f"Readers in our company compared or rated drafts, and the scoring follows {answers}."
    elif after.correction is None and before.correction is not None:
        yield "The scoring no longer follows what readers in our company said about drafts."
    yield from _dimensions("", _draft_shares(before), _draft_shares(after))
    yield from _dimensions(" in profiles", _profile_shares(before), _profile_shares(after))
    yield from _tips(before, after)
    if before.own != after.own:
        yield "The company's own words or styles changed."
    if before.document.get("engine") != after.document.get("engine"):
        yield "A new release of Repute reads texts in a slightly different way."


def _dimensions(where: str, before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[str]:
    for words, sign in (("more", 1), ("less", -1)):
        moved = [d for d in after if sign * (after[d] - before[d]) > MIN_CHANGE * max(abs(before[d]), 1e-9)]
        if moved:
            verb = "counts" if len(moved) == 1 else "count"
            yield f"{_join([dimension_label(d) for d in moved])} {verb} for {words} than before{where}."


def _draft_shares(scoring: Scoring) -> dict[str, float]:
    """What each dimension counts in the score of a post, relative to all, with what readers taught."""
    if scoring.marks is None:
        return _shares(scoring, DRAFT_DIMENSIONS)
    worth = scoring.worths()["linkedin-post"]
    correction = scoring.correction
    if correction is not None:
        worth = {
            d: worth[d] + sum(worth[other] * correction.marks[other][column] for other in DRAFT_DIMENSIONS)
            for column, d in enumerate(DRAFT_DIMENSIONS)
        }
    total = sum(map(abs, worth.values())) or 1.0
    return {d: value / total for d, value in worth.items()}


def _profile_shares(scoring: Scoring) -> dict[str, float]:
    return _shares(scoring, PROFILE_DIMENSIONS)


def _shares(scoring: Scoring, dimensions: tuple[str, ...]) -> dict[str, float]:
    total = sum(scoring.weights[d] for d in dimensions) or 1
    return {d: scoring.weights[d] / total for d in dimensions}


def _tips(before: Scoring, after: Scoring) -> Iterator[str]:
    old, new = ({rule["id"]: rule for rule in scoring.rules} for scoring in (before, after))
    off = [rule for rule, one in old.items() if one["on"] and not (rule in new and new[rule]["on"])]
    on = [rule for rule, one in new.items() if one["on"] and not (rule in old and old[rule]["on"])]
    both = [rule for rule in old.keys() & new.keys() if old[rule]["on"] and new[rule]["on"]]
    places = [rule for rule in both if old[rule]["surfaces_off"] != new[rule]["surfaces_off"]]
    dearer = [rule for rule in both if new[rule]["points"] > old[rule]["points"]]
    cheaper = [rule for rule in both if new[rule]["points"] < old[rule]["points"]]
    yield from _named("no longer given", off, old)
    yield from _named("new", on, new)
    yield from _named("given in other places than before", places, new)
    yield from _named("more costly than before", dearer, new)
    yield from _named("less costly than before", cheaper, new)


def _named(what: str, ids: list[str], rules: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if not ids:
        return
    if len(ids) > MAX_NAMED:
        yield f"{len(ids)} tips are {what}."
        return
    quoted = [f"“{rules[one]['message'].replace('%s', '…').rstrip('.')}”" for one in sorted(ids)]
    yield f"{'This tip is' if len(ids) == 1 else 'These tips are'} {what}: {_join(quoted)}."


def _join(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
