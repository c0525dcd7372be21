"""Scoring versions, with what each one changed in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.identity import Identity
from server.core.labels import dimension_name
from server.core.problems import not_found
from server.people.models import Organisation, User
from server.tuning.models import Promotion, ScoringAlias, ScoringVersion

#: More than anybody reads on one page; older ones are still there.
MAX_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Version:
    """``state`` is ``in force``, ``challenger`` or empty. ``changes`` are one line each, compared with the parent; none for
    the version that the product brought. ``since`` is when it came into force, for the one that is."""

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
    """A proposal that waits. ``may_confirm``: whether the one who asks may be the second person."""

    id: int
    version_hash: str
    proposed_by: str
    proposed_at: datetime
    may_confirm: bool


def versions(session: Session) -> tuple[Version, ...]:
    """Newest first."""
    rows = session.scalars(
        select(ScoringVersion).order_by(ScoringVersion.created_at.desc(), ScoringVersion.hash).limit(MAX_VERSIONS)
    ).all()
    return tuple(_described(session, row) for row in rows)


def version(session: Session, *, version_hash: str) -> Version:
    """Answers 404 for one that does not exist."""
    row = session.get(ScoringVersion, version_hash)
    if row is None:
        raise not_found()
    return _described(session, row)


def proposal(session: Session, *, version_hash: str, viewer: Identity) -> Proposal | None:
    """The open proposal for this version, if there is one."""
    row = session.execute(
        select(Promotion, User.name)
        .join(User, User.id == Promotion.proposed_by)
        .where(Promotion.version_hash == version_hash, Promotion.state == "proposed")
    ).one_or_none()
    if row is None:
        return None
    promotion, name = row
    alone = not session.scalars(select(Organisation.two_person)).one()
    return Proposal(
        id=promotion.id,
        version_hash=promotion.version_hash,
        proposed_by=name,
        proposed_at=promotion.proposed_at,
        may_confirm=alone or promotion.proposed_by != viewer.user_id,
    )


def _described(session: Session, row: ScoringVersion) -> Version:
    # A version that was put in force is still the last challenger, too: the champion's name wins.
    alias = session.scalar(
        select(ScoringAlias).where(ScoringAlias.version_hash == row.hash).order_by(ScoringAlias.name.desc()).limit(1)
    )
    champion = alias is not None and alias.name == "champion"
    parent = session.get(ScoringVersion, row.parent_hash) if row.parent_hash else None
    author = session.scalar(select(User.name).where(User.id == row.author_id)) if row.author_id else None
    return Version(
        hash=row.hash,
        note=row.note,
        author=author,
        created_at=row.created_at,
        parent_hash=row.parent_hash,
        state="in force" if champion else alias.name if alias else "",
        since=alias.moved_at if alias is not None and champion else None,
        changes=differences(parent.document, row.document) if parent else (),
    )


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs between two scoring documents, in words."""
    lines = [
        f"{dimension_name(name)}: weight {before} to {after}"
        for name, after in new["rubric"]["weights"].items()
        if (before := old["rubric"]["weights"].get(name)) != after
    ]
    lines += [
        f"{name.replace('_', ' ').capitalize()} changed"
        for name in ("bands", "emphasis", "shares", "middles", "spread", "drafts", "minimum_words", "counted_per_rule")
        if old["rubric"].get(name) != new["rubric"].get(name)
    ]
    for rule, after in new["rules"].items():
        before = old["rules"].get(rule)
        if before is None:
            lines.append(f"{rule}: new")
            continue
        if before["on"] != after["on"]:
            lines.append(f"{rule}: switched {'on' if after['on'] else 'off'}")
        if before["points"] != after["points"]:
            lines.append(f"{rule}: {before['points']:g} to {after['points']:g} points")
    lines += [f"{rule}: gone" for rule in old["rules"] if rule not in new["rules"]]
    lines += [
        f"Learned weights {name}: trained anew"
        for name, part in new["learned"].items()
        if old["learned"].get(name, {}).get("sha256") != part["sha256"]
    ]
    if old.get("engine") != new.get("engine"):
        lines.append("A new release of the software")
    return tuple(lines)
