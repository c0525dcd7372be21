"""The active scoring version, and the coach that uses it.

Versions are never changed or removed; two aliases move between them. Texts are assessed with the champion; the challenger is
the newest candidate."""

from __future__ import annotations

from sqlalchemy.orm import Session

from nlp import Coach, Draft, Scoring, ScoringError, load_scoring
from nlp.quality.document import digest
from server.audit import operations as audit
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.identity import Identity
from server.core.logs import log
from server.core.problems import Problem, not_found
from server.tuning import queries
from server.tuning.models import ScoringAlias, ScoringVersion

#: Note of the version that ships with the product.
PACKAGED_NOTE = ""
RENEWED_NOTE = "The same weights and rules, carried over to a new release of the software"
DROPPED_NOTE = f"{RENEWED_NOTE}; what our readers taught it no longer fits and was left out: train again"
#: A parsed version takes a few hundred kilobytes; an administrator compares a handful.
MAX_PARSED = 16
#: The champion, the previous champion, and a challenger or two.
MAX_COACHES = 4

#: Caches of this process, by the version's hash. Versions are immutable, so the entries never become stale.
_parsed: dict[str, Scoring] = {}
_coaches: dict[str, Coach] = {}


def get_champion(session: Session) -> Scoring:
    """The active scoring; writes nothing. On a new database it is the packaged one. After a new release of the software it is
    the stored champion renewed for that release, not stored until ``ensure_champion`` is called."""
    stored = queries.champion_version(session)
    if stored is None:
        return load_scoring()
    scoring = get_scoring(session, version_hash=stored.hash)
    return scoring if scoring.current else scoring.renewed()


def ensure_champion(session: Session) -> Scoring:
    """The champion, stored as a version if it is not stored yet, so that other rows can refer to it."""
    stored = queries.champion_version(session)
    scoring = get_champion(session)
    if stored is None:
        store_version(session, scoring, parent=None, note=PACKAGED_NOTE, author=None)
        insert_if_absent(session, ScoringAlias, name="champion", version_hash=scoring.version, moved_at=now())
    elif stored.hash != scoring.version:
        before = get_scoring(session, version_hash=stored.hash)
        is_dropped = before.correction is not None and scoring.correction is None
        note = DROPPED_NOTE if is_dropped else RENEWED_NOTE
        store_version(session, scoring, parent=stored.hash, note=note, author=None)
        move_alias(session, "champion", scoring.version, by=None)
        audit.record(session, action="scoring.renewed", object_type="scoring-version", object_id=scoring.version)
    return scoring


def champion_coach(session: Session) -> Coach:
    """The coach that uses the champion; created once per version and process."""
    scoring = get_champion(session)
    coach = _coaches.get(scoring.version)
    if coach is None:
        if len(_coaches) >= MAX_COACHES:
            _coaches.clear()
        coach = _coaches[scoring.version] = Coach(scoring)
    return coach


def warm_up() -> None:
    """Loads models and caches, so that the first request does not wait for them."""
    coach = Coach()
    coach.assess(Draft("linkedin-post", "The first draft is assessed so that the next one is fast."))
    _coaches[coach.scoring.version] = coach


def get_scoring(session: Session, *, version_hash: str) -> Scoring:
    """A stored version, parsed. 404 if it does not exist; 409 if its document is not the one that it was made with."""
    scoring = _parsed.get(version_hash)
    if scoring is None:
        version = session.get(ScoringVersion, version_hash)
        if version is None:
            raise not_found()
        scoring = _load_unchanged(version)
        if len(_parsed) >= MAX_PARSED:
            _parsed.clear()
        _parsed[version_hash] = scoring
    return scoring


def _load_unchanged(version: ScoringVersion) -> Scoring:
    """A version is named by the hash of its document: one that was changed in the database, or put there by hand, is refused
    before anything of it is used."""
    try:
        if digest(version.document) == version.hash:
            scoring = load_scoring(version.document)
            # Weights that compare equal, such as -0.0 and 0.0, may be those of another version.
            if scoring.version == version.hash:
                return scoring
    except (ScoringError, ValueError):
        pass  # NaN and the like have no hash.
    log.error("scoring-version-unusable", version=version.hash[:12])
    raise Problem(
        409, "version-unusable", "This version cannot be used",
        detail="Its content is not what it was made with. The active version stays as it is.",
    )  # fmt: skip


def store_version(
    session: Session, scoring: Scoring, *, parent: str | None, note: str, author: Identity | None
) -> ScoringVersion:
    insert_if_absent(
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


def move_alias(session: Session, name: str, version_hash: str, *, by: Identity | None) -> None:
    alias = session.get(ScoringAlias, name, with_for_update=True)
    if alias is None:
        alias = ScoringAlias(name=name)
        session.add(alias)
    alias.version_hash = version_hash
    alias.moved_at = now()
    alias.moved_by = by.user_id if by else None
    session.flush()
