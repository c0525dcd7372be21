"""Changing how texts are judged: a new version beside the one in force, its effect on drafts of our own, then the move.

A version is never changed or removed. What moves are two names: the champion judges, the challenger is tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nlp import Coach, Draft, Scoring, ScoringError, load_scoring
from nlp.model import BANDS
from server.core.clock import now
from server.core.database.upsert import insert_missing
from server.core.identity import Identity, current
from server.core.problems import Problem, field_problem, not_found
from server.people.models import Organisation
from server.privacy.operations import audit
from server.scorecards.views import rounded
from server.tuning.models import Promotion, ScoringAlias, ScoringVersion
from server.tuning.reference_drafts import DemoDraft, drafts

MAX_NOTE = 300
#: Notes of the versions that nobody wrote.
PACKAGED_NOTE = ""
RENEWED_NOTE = "The same choices, carried over to a new release of the software"
#: A version is a few hundred kilobytes parsed; an admin compares a handful.
MAX_KEPT = 16

#: What this process has parsed and judged, by the version's hash: a version never changes, so nothing here goes stale.
_parsed: dict[str, Scoring] = {}
_judgements: dict[str, tuple[tuple[int, str] | None, ...]] = {}


@dataclass(frozen=True, slots=True)
class DraftEffect:
    """One draft before and after. Scores 0-100."""

    id: str
    title: str
    surface: str
    before: int
    after: int
    band_before: str
    band_after: str

    @property
    def change(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Effect:
    """What a version would do to the demonstration drafts, compared with the one in force. ``before`` and ``after`` count
    drafts in steps of ten points (0-9, ..., 90-100); ``top`` is the highest count. ``drafts`` largest change first;
    ``moved`` are those that change band. Drafts that either version cannot judge (too short) are only counted in
    ``not_judged``. ``bands_before`` and ``bands_after``: the score at which each band begins, from the lowest."""

    version_hash: str
    in_force_hash: str
    drafts: tuple[DraftEffect, ...]
    moved: tuple[DraftEffect, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    top: int
    mean_before: float
    mean_after: float
    not_judged: int
    bands_before: dict[str, int]
    bands_after: dict[str, int]


def in_force(session: Session) -> Scoring:
    """The scoring that judges now. On a new database that is the packaged one; after a new release of the software it is
    the same choices under that release, recorded as a version of its own."""
    found = session.scalar(
        select(ScoringVersion)
        .join(ScoringAlias, ScoringAlias.version_hash == ScoringVersion.hash)
        .where(ScoringAlias.name == "champion")
    )
    if found is None:
        scoring = load_scoring()
        if _stored_in_reader(session):
            return scoring
        _store(session, scoring, parent=None, note=PACKAGED_NOTE, author=None)
        insert_missing(session, ScoringAlias, name="champion", version_hash=scoring.version, moved_at=now())
        return scoring
    scoring = _loaded(found.hash, session)
    if scoring.current:
        return scoring
    renewed = scoring.renewed()
    if not _stored_in_reader(session):
        _store(session, renewed, parent=found.hash, note=RENEWED_NOTE, author=None)
        _move(session, "champion", renewed.version, by=None)
        audit(session, action="scoring.renewed", object_type="scoring-version", object_id=renewed.version)
    return renewed


def change(
    session: Session,
    *,
    weights: Mapping[str, int] | None = None,
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    note: str,
) -> ScoringVersion:
    """A new version from the one in force, as the challenger. ``weights``: dimension to 0-100. ``rules``: rule id to
    ``{"on"?: bool, "points"?: 0-20}``. ``note`` says in up to 300 characters what it is for."""
    note = note.strip()
    if not note:
        raise field_problem("note", "say in a few words what the change is for")
    if len(note) > MAX_NOTE:
        raise field_problem("note", f"at most {MAX_NOTE} characters", limit=MAX_NOTE)
    parent = in_force(session)
    try:
        scoring = parent.changed(weights=weights, rules=rules)
    except ScoringError as error:
        field, _, message = str(error).partition(": ")
        raise field_problem(field, message or "is not possible") from None
    if scoring.version == parent.version:
        raise Problem(422, "nothing-changed", "Change a weight or a rule first")
    version = _store(session, scoring, parent=parent.version, note=note, author=current())
    _move(session, "challenger", version.hash, by=current())
    audit(session, action="scoring.changed", object_type="scoring-version", object_id=version.hash)
    return version


def effect(session: Session, *, version_hash: str) -> Effect:
    """Judges every demonstration draft under the version in force and under ``version_hash``."""
    champion = in_force(session)
    challenger = champion if version_hash == champion.version else _loaded(version_hash, session)
    pairs = list(zip(drafts(), _judged(champion), _judged(challenger), strict=True))
    shown = [
        DraftEffect(draft.id, draft.title, draft.surface, old[0], new[0], old[1], new[1])
        for draft, old, new in pairs
        if old and new
    ]
    before, after = _histogram([d.before for d in shown]), _histogram([d.after for d in shown])
    return Effect(
        version_hash=version_hash,
        in_force_hash=champion.version,
        drafts=tuple(sorted(shown, key=lambda d: (-abs(d.change), d.title))),
        moved=tuple(d for d in shown if d.band_before != d.band_after),
        before=before,
        after=after,
        top=max(*before, *after, 1),
        mean_before=_mean([d.before for d in shown]),
        mean_after=_mean([d.after for d in shown]),
        not_judged=len(pairs) - len(shown),
        bands_before=_bands(champion),
        bands_after=_bands(challenger),
    )


def propose(session: Session, *, version_hash: str) -> Promotion:
    """Proposes a version for champion; where the organisation does not ask for two people, puts it in force at once."""
    target = session.get(ScoringVersion, version_hash)
    if target is None:
        raise not_found()
    champion = in_force(session)
    if version_hash == champion.version:
        raise Problem(409, "in-force", "This version is in force already")
    session.execute(update(Promotion).where(Promotion.state == "proposed").values(state="dropped", decided_at=now()))
    promotion = Promotion(version_hash=version_hash, replaces_hash=champion.version, proposed_by=current().user_id)
    session.add(promotion)
    session.flush()
    audit(session, action="scoring.proposed", object_type="scoring-version", object_id=version_hash)
    if not session.scalars(select(Organisation.two_person)).one():
        _put_in_force(session, promotion)
    return promotion


def confirm(session: Session, *, promotion_id: int) -> Promotion:
    """The second person's word. Somebody else than the proposer, where two are required; and only while the version it
    was compared with is still the champion."""
    promotion = session.get(Promotion, promotion_id, with_for_update=True)
    if promotion is None:
        raise not_found()
    if promotion.state != "proposed":
        raise Problem(409, "decided", "This proposal is decided already")
    if session.scalars(select(Organisation.two_person)).one() and promotion.proposed_by == current().user_id:
        raise Problem(409, "second-person", "Somebody else has to confirm this", detail="You proposed it yourself.")
    if promotion.replaces_hash != in_force(session).version:
        raise Problem(409, "out-of-date", "Another version came into force meanwhile", detail="Propose it again.")
    _put_in_force(session, promotion)
    return promotion


def _put_in_force(session: Session, promotion: Promotion) -> None:
    promotion.state, promotion.decided_by, promotion.decided_at = "confirmed", current().user_id, now()
    _move(session, "champion", promotion.version_hash, by=current())
    audit(session, action="scoring.in-force", object_type="scoring-version", object_id=promotion.version_hash)


def _store(session: Session, scoring: Scoring, *, parent: str | None, note: str, author: Identity | None) -> ScoringVersion:
    insert_missing(
        session,
        ScoringVersion,
        hash=scoring.version,
        document=scoring.document,
        parent_hash=parent,
        author_id=author.user_id if author else None,
        note=note,
        created_at=now(),
    )
    return session.get_one(ScoringVersion, scoring.version)


def _move(session: Session, name: str, version_hash: str, *, by: Identity | None) -> None:
    alias = session.get(ScoringAlias, name, with_for_update=True)
    if alias is None:
        alias = ScoringAlias(name=name)
        session.add(alias)
    alias.version_hash = version_hash
    alias.moved_at = now()
    alias.moved_by = by.user_id if by else None
    session.flush()


def _stored_in_reader(session: Session) -> bool:
    """Whether this session only reads: then the next writer records what is missing."""
    return session.connection().get_execution_options().get("writes", True) is False


def _loaded(version_hash: str, session: Session) -> Scoring:
    known = _parsed.get(version_hash)
    if known is None:
        version = session.get(ScoringVersion, version_hash)
        if version is None:
            raise not_found()
        known = load_scoring(version.document)
        if len(_parsed) >= MAX_KEPT:
            _parsed.clear()
        _parsed[version_hash] = known
    return known


def _judged(scoring: Scoring) -> tuple[tuple[int, str] | None, ...]:
    known = _judgements.get(scoring.version)
    if known is None:
        coach = Coach(scoring)
        known = tuple(_judge(coach, draft) for draft in drafts())
        if len(_judgements) >= MAX_KEPT:
            _judgements.clear()
        _judgements[scoring.version] = known
    return known


def _judge(coach: Coach, draft: DemoDraft) -> tuple[int, str] | None:
    judged = coach.assess(Draft(surface=draft.surface, text=draft.text))
    return None if judged.score is None or judged.band is None else (judged.score, judged.band)


def _bands(scoring: Scoring) -> dict[str, int]:
    return dict(zip(BANDS[1:], scoring.rubric("linkedin-post").bands, strict=True))


def _histogram(scores: list[int]) -> tuple[int, ...]:
    counts = [0] * 10
    for score in scores:
        counts[min(score // 10, 9)] += 1
    return tuple(counts)


def _mean(scores: list[int]) -> float:
    return rounded(sum(scores) / len(scores), places=1) if scores else 0.0
