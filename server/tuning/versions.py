"""Scoring versions as administrators see them: who created each one, what it changes and whether it is active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.labels import band_label, dimension_label, kind_label
from server.core.problems import not_found
from server.people.queries import get_organisation, user_names
from server.tuning import queries
from server.tuning.models import ScoringVersion

#: More than anybody reads on one page. Older versions stay stored but are not listed.
MAX_VERSIONS = 50
#: Parts of the rubric whose change is reported without details: the key in the document, and what administrators read.
RUBRIC_PARTS = {
    "bands": "Band thresholds",
    "shares": "Shares of the measures",
    "middles": "Averages of the measures",
    "spread": "Spread of the scores",
    "minimum_words": "Minimum length",
    "counted_per_rule": "Findings counted per rule",
}


@dataclass(frozen=True, slots=True)
class Version:
    """``state`` is ``champion``, ``challenger`` or empty. ``changes``: the differences from the parent, one sentence each; none
    for the version that ships with the product. ``since``: when the champion was activated, None for other versions."""

    hash: str
    note: str
    author: str | None
    created_at: datetime
    parent_hash: str | None
    state: str
    since: datetime | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that awaits confirmation. ``may_confirm``: whether the viewer may confirm it."""

    id: int
    version_hash: str
    proposed_by: str
    proposed_at: datetime
    may_confirm: bool


def list_versions(session: Session) -> tuple[Version, ...]:
    """Newest first."""
    return _describe(session, queries.newest_versions(session, limit=MAX_VERSIONS))


def get_version(session: Session, *, version_hash: str) -> Version:
    """404 if it does not exist."""
    row = session.get(ScoringVersion, version_hash)
    if row is None:
        raise not_found()
    return _describe(session, [row])[0]


def changes_from(session: Session, *, version_hash: str, other_hash: str) -> tuple[str, ...]:
    """What activating a version would change while the other one is active, one sentence each."""
    documents = queries.version_documents(session, hashes={version_hash, other_hash})
    return differences(documents[other_hash], documents[version_hash])


def get_proposal(session: Session, *, viewer: Identity) -> Proposal | None:
    """The open proposal, if there is one."""
    row = queries.open_proposal(session)
    if row is None:
        return None
    promotion, proposer_name = row
    needs_second_person = get_organisation(session).two_person
    return Proposal(
        id=promotion.id,
        version_hash=promotion.version_hash,
        proposed_by=proposer_name,
        proposed_at=promotion.proposed_at,
        may_confirm=not needs_second_person or promotion.proposed_by != viewer.user_id,
    )


def _describe(session: Session, rows: Sequence[ScoringVersion]) -> tuple[Version, ...]:
    # Once activated, a version often has both aliases; champion takes precedence.
    aliases = {alias.version_hash: alias for alias in sorted(queries.all_aliases(session), key=lambda a: a.name)}
    hashes = {one for row in rows if row.parent_hash for one in (row.hash, row.parent_hash)}
    documents = queries.version_documents(session, hashes=hashes)
    authors = user_names(session, user_ids=[row.author_id for row in rows if row.author_id])
    versions = []
    for row in rows:
        alias = aliases.get(row.hash)
        is_champion = alias is not None and alias.name == "champion"
        parent = documents.get(row.parent_hash) if row.parent_hash else None
        versions.append(
            Version(
                hash=row.hash,
                note=row.note,
                author=authors.get(row.author_id) if row.author_id else None,
                created_at=row.created_at,
                parent_hash=row.parent_hash,
                state=alias.name if alias else "",
                since=alias.moved_at if alias is not None and is_champion else None,
                changes=differences(parent, documents[row.hash]) if parent else (),
            )
        )
    return tuple(versions)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """The differences between two scoring documents, one sentence each."""
    old_weights = old["rubric"]["weights"]
    lines = [
        f"{dimension_label(dimension)}: weight {old_weights.get(dimension, 0)} to {weight}"
        for dimension, weight in new["rubric"]["weights"].items()
        if old_weights.get(dimension, 0) != weight
    ]
    lines += _differences_of_emphasis(old["rubric"], new["rubric"]) + _differences_of_bands(old, new)
    lines += [f"{label}: changed" for part, label in RUBRIC_PARTS.items() if old["rubric"].get(part) != new["rubric"].get(part)]
    for rule, after in new["rules"].items():
        before = old["rules"].get(rule)
        if before is None:
            lines.append(f"{rule}: new")
            continue
        if before["on"] != after["on"]:
            lines.append(f"{rule}: turned {'on' if after['on'] else 'off'}")
        if before["points"] != after["points"]:
            lines.append(f"{rule}: {before['points']:g} to {after['points']:g} points")
        if before.get("surfaces_off", []) != after.get("surfaces_off", []):
            lines.append(f"{rule}: {_surfaces_off(after.get('surfaces_off', []))}")
    lines += [f"{rule}: removed" for rule in old["rules"] if rule not in new["rules"]]
    lines += _differences_of_correction(old, new)
    lines += _differences_of_words(old, new) + _differences_of_packages(old, new)
    lines += [
        f"Learned weights {name}: retrained"
        for name, part in new["learned"].items()
        if old["learned"].get(name, {}).get("sha256") != part["sha256"]
    ]
    if old.get("engine") != new.get("engine"):
        lines.append("A new release of the software")
    return tuple(lines)


def _differences_of_emphasis(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = (
        {(surface, name): percent for surface, percents in rubric["emphasis"].items() for name, percent in percents.items()}
        for rubric in (old, new)
    )
    return [
        f"{kind_label(surface)}, {dimension_label(name)}: {before.get((surface, name), 100)} to {percent} percent of its weight"
        for (surface, name), percent in after.items()
        if before.get((surface, name), 100) != percent
    ]


def _differences_of_bands(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    lines = []
    for group in ("drafts", "profiles"):
        before, after = _bands(old, group), _bands(new, group)
        lines += [
            f"{group.capitalize()}: {band_label(band)} from {before[band]} to {lowest}"
            for band, lowest in after.items()
            if before.get(band, lowest) != lowest
        ]
    fitted = [{**(document["rubric"].get("drafts") or {}), "bands": None, "agreed": None} for document in (old, new)]
    return [*lines, *(["Rubric for drafts: changed"] if fitted[0] != fitted[1] else [])]


def _bands(document: Mapping[str, Any], group: str) -> dict[str, int]:
    """The lowest score of each band, in ascending order."""
    part = document["rubric"].get(group)
    if part is None and group == "profiles" and document.get("profile_marks"):
        part = document["profile_marks"]["weights"]
    bands = (part or document["rubric"])["bands"]
    return dict(sorted(bands.items(), key=lambda band: int(band[1])))


def _differences_of_correction(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = old.get("correction"), new.get("correction")
    if before == after:
        return []
    if after is None:
        return ["What our readers taught the marks: removed"]
    verb = "changed" if before else "added"
    return [f"What our readers taught the marks: {verb}, from {after['weights']['rows']:,} labels"]


def _surfaces_off(surfaces: Sequence[str]) -> str:
    return f"off for {', '.join(kind_label(surface) for surface in surfaces)}" if surfaces else "on everywhere"


def _differences_of_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = (
        {word["text"].casefold(): word for word in (document.get("organisation") or {}).get("words", ())}
        for document in (old, new)
    )
    counts = {
        "added": len(after.keys() - before.keys()),
        "changed": sum(before[text] != after[text] for text in before.keys() & after.keys()),
        "removed": len(before.keys() - after.keys()),
    }
    told = [f"{count} {verb}" for verb, count in counts.items() if count]
    return [f"Words: {', '.join(told)}"] if told else []


def _differences_of_packages(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    before, after = ((document.get("organisation") or {}).get("packages", {}) for document in (old, new))
    return [
        *(f"Style package {name}: added" for name in after if name not in before),
        *(f"Style package {name}: changed" for name in after if name in before and before[name] != after[name]),
        *(f"Style package {name}: removed" for name in before if name not in after),
    ]
