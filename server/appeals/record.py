"""One item as whoever decides about it sees it: what was shared, what it earned and why, and what can be decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from nlp.model import BANDS
from server.activities.models import Activity
from server.appeals import operations, queries
from server.appeals.access import require_decidable
from server.appeals.history import HistoryLine, OwnAppeal, describe, item_history
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.kinds import SOCIAL_KINDS
from server.core.problems import field_problem
from server.credit.corrections import Terms
from server.credit.formula import CHECK_OUTCOMES, Mode, Quality
from server.credit.models import LedgerEntry
from server.credit.modes import mode_in_effect
from server.credit.queries import last_award, live_entry
from server.people.queries import get_calendar, get_organisation, user_names


@dataclass(frozen=True, slots=True)
class Record:
    """``text`` and ``url``: as far as the rep shared them and they are still stored. ``score`` and ``band`` only if the rep
    asks about them, or for the band if it decided the points. ``mode``: which kind of quality a new entry may have,
    ``qualities`` the choices, ``quality`` the one it had. ``seen``: the number of decisions so far."""

    activity_id: int
    user_id: int
    person: str
    kind: str
    day: date
    week: date
    state: str
    reason: str | None
    url: str | None
    text: str | None
    score: int | None
    band: str | None
    points: int | None
    history: tuple[HistoryLine, ...]
    appeals: tuple[OwnAppeal, ...]
    kinds: tuple[str, ...]
    mode: Mode
    qualities: tuple[str, ...]
    quality: str
    seen: int


def open_item(session: Session, *, viewer: Identity, activity_id: int) -> Record:
    """The item for a manager or an administrator. Records the view, which the rep can see. 404 if they may not decide."""
    activity = require_decidable(session, viewer=viewer, activity_id=activity_id)
    _record_view(session, viewer, activity)
    return _record(session, activity, about_score=False)


def open_appeal(session: Session, *, viewer: Identity, appeal_id: int) -> tuple[Record, OwnAppeal, tuple[str, ...]]:
    """The item with the appeal about it, and the outcomes that it can have. Records the view. 404 if the viewer may not
    answer."""
    appeal, activity, _ = operations.require_answerable(session, viewer=viewer, appeal_id=appeal_id)
    is_open = queries.is_open(session, appeal_id=appeal.id)
    closing = queries.closing_of(session, appeal_id=appeal.id)
    if not is_open and (closing is None or closing.outcome == "withdrawn"):
        raise operations.no_longer_open(closing)
    _record_view(session, viewer, activity)
    possible = operations.possible_outcomes(appeal, has_entry=live_entry(session, activity_id=activity.id) is not None)
    record = _record(session, activity, about_score=appeal.kind == "explanation")
    return record, describe(session, [appeal])[0], possible


def _record_view(session: Session, viewer: Identity, activity: Activity) -> None:
    day = get_calendar(session).today()
    audit.record_profile_view(session, viewer_id=viewer.user_id, subject_id=activity.user_id, page="shared-item", day=day)
    if viewer.role == "admin":
        audit.record(session, action="item.opened", object_type="shared-item", object_id=activity.id, actor=viewer)


def _record(session: Session, activity: Activity, *, about_score: bool) -> Record:
    calendar = get_calendar(session)
    entry = live_entry(session, activity_id=activity.id)
    award = last_award(session, activity_id=activity.id)
    mode = _mode(session, award)
    appeals = queries.appeals_about(session, activity_ids=[activity.id])
    choices = {"bands": BANDS, "checks": CHECK_OUTCOMES}.get(mode, ())
    return Record(
        activity_id=activity.id,
        user_id=activity.user_id,
        person=user_names(session, user_ids=[activity.user_id])[activity.user_id],
        kind=activity.kind,
        day=calendar.day_of(activity.occurred_at),
        week=calendar.monday_of(activity.occurred_at),
        state=activity.state,
        reason=activity.reason if activity.state in ("held", "duplicate", "refused") else None,
        url=activity.url,
        text=activity.text,
        score=activity.score if about_score else None,
        band=_band(activity, entry, about_score=about_score, mode=mode),
        points=entry.amount if entry else None,
        history=item_history(session, activity_id=activity.id),
        appeals=tuple(one for one in describe(session, appeals) if one.outcome != "withdrawn"),
        kinds=SOCIAL_KINDS,
        mode=mode,
        qualities=tuple(choices),
        quality=_quality(activity, award, mode),
        seen=len(queries.decisions_about(session, activity_ids=[activity.id]).get(activity.id, [])),
    )


def _mode(session: Session, award: LedgerEntry | None) -> Mode:
    """What the earlier entry used; the organisation's mode if there was none, or it could not be judged or was stated."""
    used = award.arithmetic["mode"] if award else None
    return used if used in ("bands", "checks", "blind") else mode_in_effect(get_organisation(session))


def _band(activity: Activity, entry: LedgerEntry | None, *, about_score: bool, mode: Mode) -> str | None:
    if about_score:
        return activity.band
    if mode != "bands":
        return None
    return entry.arithmetic["band"] if entry else activity.band


def _quality(activity: Activity, award: LedgerEntry | None, mode: Mode) -> str:
    if mode == "checks":
        return (award.arithmetic["checks"] if award else None) or "passed"
    return ((award.arithmetic["band"] if award else None) or activity.band or "") if mode == "bands" else ""


def make_terms(session: Session, *, activity_id: int, kind: str, quality: str, points: int | None) -> Terms:
    """What an item shall earn, from what somebody chose in a form: ``quality`` is a band or an outcome of the checks, as the
    record's mode says. 422 for a choice that there is not."""
    mode = _mode(session, last_award(session, activity_id=activity_id))
    if points is not None:
        return Terms(kind, Quality("blind"), points)
    choices = {"bands": BANDS, "checks": CHECK_OUTCOMES}.get(mode, ())
    if choices and quality not in choices:
        raise field_problem("quality", f"must be one of {', '.join(choices)}")
    if mode == "bands":
        return Terms(kind, Quality("bands", band=quality))
    return Terms(kind, Quality(mode, checks_passed=quality == "passed"))
