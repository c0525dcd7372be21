"""Changes how texts are scored: creates a version, proposes it as champion and activates it once confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from nlp import Scoring, ScoringError
from nlp.quality.correction.weights import CorrectionWeights
from server.audit import operations as audit
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem, field_problem, not_found
from server.people.organisation import require_second_person
from server.people.queries import get_organisation
from server.tuning import queries
from server.tuning.champion import ensure_champion, get_scoring, move_alias, store_version
from server.tuning.draft import draft_scoring
from server.tuning.models import Promotion, ScoringAlias, ScoringVersion
from server.tuning.preview import measure_silence

MAX_NOTE_LENGTH = 300


def create_version(
    session: Session,
    *,
    author: Identity,
    weights: Mapping[str, int] | None = None,
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    note: str,
) -> ScoringVersion:
    """Creates a version from the champion and makes it the challenger. ``weights``: dimension to 0-100. ``rules``: rule id to
    ``{"on"?: bool, "points"?: 0-20}``. ``note``: what the change is for, 1 to 300 characters."""
    note = _check_note(note)
    parent = ensure_champion(session)
    try:
        scoring = parent.changed(weights=weights, rules=rules)
    except ScoringError as error:
        field, _, message = str(error).partition(": ")
        raise field_problem(field, message or "is not possible") from None
    guards = sorted(guards_turned_off(parent, scoring))
    if guards:
        raise Problem(
            422, "guard", f"{guards[0]} guards people or disclosure", detail="Turn it off under Rules, with a reason."
        )
    if scoring.version == parent.version:
        raise Problem(422, "nothing-changed", "Change a weight or a rule first")
    return _store(session, scoring, parent=parent, author=author, note=note)


def create_version_of_draft(session: Session, *, author: Identity, note: str) -> ScoringVersion:
    """Creates a version from the champion and the draft of words, styles, rules and rubric, and makes it the challenger. Rules
    that guard people and disclosure are off in the draft only with a reason (``rules.change_rule``)."""
    note = _check_note(note)
    parent = ensure_champion(session)
    scoring = draft_scoring(session)
    if scoring.version == parent.version:
        raise Problem(422, "nothing-changed", "Change a word, a rule or the rubric first")
    return _store(session, scoring, parent=parent, author=author, note=note)


def create_version_of_correction(
    session: Session, *, author: Identity, correction: CorrectionWeights, note: str
) -> ScoringVersion:
    """Creates a version from the champion with a correction that was fitted to labels, and makes it the challenger."""
    note = _check_note(note)
    parent = ensure_champion(session)
    scoring = parent.with_correction(correction)
    if scoring.version == parent.version:
        raise Problem(422, "nothing-changed", "The active version has this correction already")
    return _store(session, scoring, parent=parent, author=author, note=note)


def guards_turned_off(before: Scoring, after: Scoring) -> set[str]:
    """The rules that guard people and disclosure and that are off in more places after than before."""
    places = {
        (rule["id"], surface)
        for rule in before.rules
        if rule["guards"]
        for surface in rule["surfaces"]
        if before.is_on(rule["id"], surface)
    }
    return {rule for rule, surface in places if not after.is_on(rule, surface)}


def _check_note(note: str) -> str:
    note = note.strip()
    if not note:
        raise field_problem("note", "say in a few words what the change is for")
    if len(note) > MAX_NOTE_LENGTH:
        raise field_problem("note", f"at most {MAX_NOTE_LENGTH} characters", limit=MAX_NOTE_LENGTH)
    return note


def _store(session: Session, scoring: Scoring, *, parent: Scoring, author: Identity, note: str) -> ScoringVersion:
    version = store_version(session, scoring, parent=parent.version, note=note, author=author)
    move_alias(session, "challenger", version.hash, by=author)
    audit.record(session, action="scoring.changed", object_type="scoring-version", object_id=version.hash, actor=author)
    return version


def start_comparing(session: Session, *, version_hash: str, admin: Identity) -> None:
    """Makes a version the challenger, which scores real drafts beside the champion. A second click changes nothing."""
    if session.get(ScoringVersion, version_hash) is None:
        raise not_found()
    get_scoring(session, version_hash=version_hash)
    if version_hash == ensure_champion(session).version:
        raise Problem(409, "in-force", "This version is already active")
    if queries.alias_hash(session, name="challenger") == version_hash:
        return
    move_alias(session, "challenger", version_hash, by=admin)
    audit.record(session, action="scoring.compared", object_type="scoring-version", object_id=version_hash, actor=admin)


def stop_comparing(session: Session, *, admin: Identity) -> None:
    """Leaves no challenger. Does nothing if there is none."""
    alias = session.get(ScoringAlias, "challenger", with_for_update=True)
    if alias is None:
        return
    session.delete(alias)
    session.flush()
    audit.record(
        session, action="scoring.not-compared", object_type="scoring-version", object_id=alias.version_hash, actor=admin
    )


def propose(session: Session, *, proposer: Identity, version_hash: str, accepts_silence: bool = False) -> Promotion:
    """Proposes a version as champion, which drops an earlier proposal of another version or person; a second click changes
    nothing. Activates it at once unless the organisation requires a second person. 409 if the version's document was changed,
    or if most rules would fall silent and ``accepts_silence`` does not say that this is meant."""
    if session.get(ScoringVersion, version_hash) is None:
        raise not_found()
    get_scoring(session, version_hash=version_hash)
    champion = ensure_champion(session)
    if version_hash == champion.version:
        raise Problem(409, "in-force", "This version is already active")
    silence = measure_silence(session, version_hash=version_hash, user_id=proposer.user_id)
    if silence.is_most and not accepts_silence:
        raise Problem(
            409, "silences", "Most of what the coach says would fall silent",
            detail=f"{silence.findings_lost} of {silence.findings} tips on the reference drafts would go. Confirm that first.",
        )  # fmt: skip
    # Proposals wait for one another here.
    session.get(ScoringAlias, "champion", with_for_update=True, populate_existing=True)
    earlier = queries.open_proposal(session)
    if earlier and (earlier[0].version_hash, earlier[0].proposed_by) == (version_hash, proposer.user_id):
        return earlier[0]
    session.execute(update(Promotion).where(Promotion.state == "proposed").values(state="dropped", decided_at=now()))
    promotion = Promotion(version_hash=version_hash, replaces_hash=champion.version, proposed_by=proposer.user_id)
    session.add(promotion)
    session.flush()
    audit.record(session, action="scoring.proposed", object_type="scoring-version", object_id=version_hash, actor=proposer)
    if not get_organisation(session).two_person:
        _activate(session, promotion, by=proposer)
    return promotion


def confirm(session: Session, *, confirmer: Identity, promotion_id: int) -> Promotion:
    """Activates a proposed version. 409 if two people are required and the confirmer is the proposer, or if another version
    has become the champion since the proposal, or the version's document was changed."""
    promotion = session.get(Promotion, promotion_id, with_for_update=True)
    if promotion is None:
        raise not_found()
    if promotion.state != "proposed":
        raise Problem(409, "decided", "This proposal has already been decided")
    require_second_person(get_organisation(session), proposed_by=promotion.proposed_by, confirmed_by=confirmer.user_id)
    get_scoring(session, version_hash=promotion.version_hash)
    if promotion.replaces_hash != ensure_champion(session).version:
        raise Problem(409, "out-of-date", "Another version was activated in the meantime", detail="Propose it again.")
    _activate(session, promotion, by=confirmer)
    return promotion


def _activate(session: Session, promotion: Promotion, *, by: Identity) -> None:
    promotion.state, promotion.decided_by, promotion.decided_at = "confirmed", by.user_id, now()
    move_alias(session, "champion", promotion.version_hash, by=by)
    audit.record(session, action="scoring.in-force", object_type="scoring-version", object_id=promotion.version_hash, actor=by)
