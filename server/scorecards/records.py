"""The records behind a number, for whoever may see the number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.identity import Identity
from server.core.periods import Period
from server.core.problems import not_found
from server.core.weeks import Calendar
from server.credit.queries import live_entries
from server.credit.sentences import entry_sentence
from server.people.models import Metric
from server.people.queries import active_metrics, get_calendar, get_organisation, subtree, user_names
from server.people.roster import Span, load_roster, load_spans
from server.records.models import Record
from server.scorecards import queries
from server.scorecards.access import require_visible_user, visible_team_ids
from server.scorecards.numbers import numbers_of_periods
from server.scorecards.operations import teams_in_view
from server.scorecards.rows import Whose
from server.scorecards.views import RecordLine, RecordsPage

RECORDS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Selection:
    """Which number: ``metric`` is a key. ``page`` starts at 1; one past the last is empty."""

    metric: str
    period: Period
    page: int = 1


def list_own_records(session: Session, *, viewer: Identity, selection: Selection) -> RecordsPage:
    """What is behind the viewer's own number, in any team."""
    found = _Behind(session, selection, Whose(user_id=viewer.user_id))
    return found.page(whose=viewer.name, person_id=None, team_id=None)


def open_person_records(
    session: Session, *, viewer: Identity, user_id: int, team_id: int | None, selection: Selection
) -> RecordsPage:
    """What is behind a person's number, in the teams that the viewer may see, or only in ``team_id`` and the teams below it.
    Records the view, which the person can see. 404 if the viewer may not see the person."""
    visible = visible_team_ids(session, viewer=viewer)
    user = require_visible_user(session, viewer=viewer, user_id=user_id, team_ids=visible)
    if viewer.user_id == user_id and team_id is None:
        return list_own_records(session, viewer=viewer, selection=selection)
    team_ids = visible if team_id is None else visible & subtree(session, team_id=team_id)
    found = _Behind(session, selection, Whose(user_id=user_id, team_ids=frozenset(team_ids)))
    record_views(session, viewer, [user_id], object_type="user", object_id=user_id)
    return found.page(whose=user.name, person_id=user_id, team_id=None)


def open_team_records(
    session: Session, *, viewer: Identity, team_id: int | None, part: str, selection: Selection
) -> RecordsPage:
    """What is behind the total of a team and the teams below it. ``part``: empty for all of it, ``others`` for the people whom
    its scorecard does not list by name, ``direct`` for those in no team below it. Without ``team_id``, of the first team in the
    viewer's list. Records a view of everybody on the page. 404 if the viewer may not see the team, and in team-only mode, where
    a record would tell of one person."""
    team = next((choice for choice in teams_in_view(session, viewer=viewer) if team_id in (None, choice.id)), None)
    if team is None or get_organisation(session).team_only:
        raise not_found()
    team_ids = frozenset({team.id}) if part == "direct" else subtree(session, team_id=team.id)
    listed = _listed(session, selection.period, team_ids) if part == "others" else frozenset()
    found = _Behind(session, selection, Whose(team_ids=team_ids, without=listed))
    page = found.page(whose=team.name, person_id=None, team_id=team.id)
    people = sorted({line.user_id for line in page.lines})
    record_views(session, viewer, people, object_type="team", object_id=team.id)
    return page


def _listed(session: Session, period: Period, team_ids: Collection[int]) -> frozenset[int]:
    """The people whom the team's page lists by name."""
    roster = load_roster(session, (period,), team_ids=team_ids)
    return frozenset(
        user_id for user_id, (person,) in roster.people.items() if person.is_rep and roster.users[user_id].is_active
    )


def record_views(
    session: Session,
    viewer: Identity,
    people: Sequence[int],
    *,
    object_type: str,
    object_id: int,
    page: str = "records",
    action: str = "records.opened",
) -> None:
    """Records that the viewer saw data about these people, which each of them can see, and an administrator's view in the audit
    log."""
    day = get_calendar(session).today()
    for user_id in people:
        if user_id != viewer.user_id:
            audit.record_profile_view(session, viewer_id=viewer.user_id, subject_id=user_id, page=page, day=day)
    if viewer.role == "admin":
        audit.record(session, action=action, object_type=object_type, object_id=object_id, actor=viewer)


class _Behind:
    """What is behind one number."""

    def __init__(self, session: Session, selection: Selection, whose: Whose) -> None:
        metric = next((one for one in active_metrics(session) if one.key == selection.metric), None)
        if metric is None:
            raise not_found()
        self._session, self._selection, self._metric = session, selection, metric
        self._whose = whose
        self._calendar = get_calendar(session)

    def page(self, *, whose: str, person_id: int | None, team_id: int | None) -> RecordsPage:
        start = (self._selection.page - 1) * RECORDS_PER_PAGE
        lines, count = self._items(start) if self._metric.record_kind is None else self._records(start)
        return RecordsPage(
            whose=whose,
            person_id=person_id,
            team_id=team_id,
            metric=self._metric,
            period=self._selection.period,
            total=self._total(),
            count=count,
            lines=tuple(lines),
            page=self._selection.page,
            has_older=start + RECORDS_PER_PAGE < count,
        )

    def _total(self) -> int:
        numbers = numbers_of_periods(self._session, self._calendar, [self._selection.period], self._whose)
        return sum(metrics[self._metric.key][0] for metrics in numbers.values() if self._metric.key in metrics)

    def _spans(self) -> Sequence[Span] | None:
        whose = self._whose
        if whose.team_ids is None:
            return None
        spans = load_spans(self._session, (self._selection.period,), team_ids=whose.team_ids, user_id=whose.user_id)
        return tuple(span for span in spans if span.user_id not in whose.without)

    def _records(self, start: int) -> tuple[list[RecordLine], int]:
        assert self._metric.record_kind is not None  # noqa: S101 (the caller asks)
        query = queries.records_behind(
            self._calendar,
            self._selection.period,
            kind=self._metric.record_kind,
            user_id=self._whose.user_id,
            spans=self._spans(),
        )
        records = self._session.scalars(query.offset(start).limit(RECORDS_PER_PAGE)).all()
        count = queries.count_rows(self._session, query)
        names = user_names(self._session, user_ids=[record.user_id for record in records if record.user_id is not None])
        return [_record_line(record, self._metric, names, self._calendar) for record in records], count

    def _items(self, start: int) -> tuple[list[RecordLine], int]:
        items = queries.counted_items(
            self._session, self._calendar, self._selection.period, user_id=self._whose.user_id, spans=self._spans()
        )  # fmt: skip
        page = items[start : start + RECORDS_PER_PAGE]
        entries = live_entries(self._session, activity_ids=[item.id for item in page])
        names = user_names(self._session, user_ids=[item.user_id for item in page])
        lines = [
            RecordLine(
                person=names[item.user_id],
                user_id=item.user_id,
                day=self._calendar.day_of(item.occurred_at),
                number=entries[item.id].amount,
                text=entry_sentence(entries[item.id]),
                url=item.url,
                source=None,
                booked_for=None,
                recorded_on=self._calendar.day_of(item.recorded_at),
            )
            for item in page
            if item.id in entries
        ]
        return lines, len(items)


def _record_line(record: Record, metric: Metric, names: dict[int, str], calendar: Calendar) -> RecordLine:
    assert record.user_id is not None and record.occurred_at is not None  # noqa: S101, PT018 (it is not deleted)
    return RecordLine(
        person=names[record.user_id],
        user_id=record.user_id,
        day=calendar.day_of(record.occurred_at),
        number=record.count if metric.unit == "count" else record.value or 0,
        text=record.subject,
        url=record.url,
        source=record.source,
        booked_for=record.booked_for and calendar.day_of(record.booked_for),
        recorded_on=calendar.day_of(record.recorded_at),
    )
