"""Settings of the organisation: what is refused, what is recorded, and when people must read the notice again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.people import notices, organisation, queries, time_zones
from server.people.models import Acknowledgement
from tests.factories import make_organisation, make_user

PERIODS = {
    "text_retention_months": 13,
    "view_retention_months": 12,
    "note_retention_months": 12,
    "access_retention_days": 30,
    "export_days": 7,
}


@pytest.fixture
def settings(session):
    """The organisation with the defaults that it has after setup. Rolled back after the test."""
    row = make_organisation(session)
    row.credit_mode, row.overseer, row.team_only = "blind", None, True
    session.flush()
    yield row
    session.rollback()


def entries(session):
    query = select(AuditEntry).where(AuditEntry.object_type == "organisation").order_by(AuditEntry.id)
    return [(entry.action, entry.changes) for entry in session.scalars(query)]


def refused_field(change, **values):
    with pytest.raises(Problem) as refusal:
        change(**values)
    return refusal.value.errors[0]["field"]


def test_a_change_is_recorded_with_the_values_before_and_after(session, settings):
    organisation.change_general(session, name="  Harbour   Ltd ", time_zone="Europe/Berlin")
    changes = {"name": ["Harbour & Sons", "Harbour Ltd"], "time_zone": ["UTC", "Europe/Berlin"]}
    assert entries(session) == [("organisation.changed", changes)]


def test_saving_the_same_values_records_nothing(session, settings):
    organisation.change_general(session, name=settings.name, time_zone="UTC")
    organisation.change_two_person(session, required=settings.two_person)
    organisation.change_retention(session, periods=PERIODS)
    assert entries(session) == []


@pytest.mark.parametrize("zone", ["", "Mars/Base", "Europe", "localtime", "../etc/passwd", "europe/berlin"])
def test_a_time_zone_that_is_not_in_the_iana_list_is_refused(session, settings, zone):
    assert refused_field(organisation.change_general, session=session, name="Harbour", time_zone=zone) == "time_zone"


def test_quality_bands_need_an_overseer(session, settings):
    assert refused_field(organisation.change_credit_mode, session=session, mode="bands", overseer=" ") == "overseer"
    organisation.change_credit_mode(session, mode="bands", overseer="Ida Holm")
    assert refused_field(organisation.change_credit_mode, session=session, mode="bands", overseer="") == "overseer"
    assert (settings.credit_mode, settings.overseer) == ("bands", "Ida Holm")


def test_the_audit_log_has_no_name_of_an_overseer(session, settings):
    organisation.change_credit_mode(session, mode="bands", overseer="Ida Holm")
    organisation.change_credit_mode(session, mode="bands", overseer="Jan Moss")
    recorded = [changes["overseer"] for _, changes in entries(session) if "overseer" in changes]
    assert recorded == [[None, "a person"], ["a person", "another person"]]


def test_individual_data_need_a_recorded_basis_and_its_date(session, settings):
    today = time_zones.today(settings.time_zone)
    for basis, day, field in (
        ("", today, "basis"),
        ("because", today, "basis"),
        ("notice", None, "basis_on"),
        ("notice", today + timedelta(days=1), "basis_on"),
    ):
        values = {"session": session, "team_only": False, "basis": basis, "basis_on": day}
        assert refused_field(organisation.change_team_only, **values) == field
    assert settings.team_only
    organisation.change_team_only(session, team_only=False, basis="works-agreement", basis_on=today)
    _, changes = entries(session)[0]
    assert changes["team_only_basis"] == [None, "works-agreement"]
    assert changes["team_only_basis_on"] == [None, today.isoformat()]


def test_going_back_to_team_totals_forgets_the_basis(session, settings):
    today = time_zones.today(settings.time_zone)
    organisation.change_team_only(session, team_only=False, basis="notice", basis_on=today)
    organisation.change_team_only(session, team_only=True)
    assert (settings.team_only, settings.team_only_basis, settings.team_only_basis_on) == (True, None, None)


@pytest.mark.parametrize("name", PERIODS)
def test_retention_periods_keep_to_their_limits(session, settings, name):
    lowest, highest = organisation.RETENTION_LIMITS[name]
    for value in (lowest - 1, highest + 1, None):
        assert refused_field(organisation.change_retention, session=session, periods=PERIODS | {name: value}) == name
    for value in (lowest, highest):
        organisation.change_retention(session, periods=PERIODS | {name: value})
        assert getattr(settings, name) == value


def test_nobody_can_decide_for_others_that_everything_counts(session, settings):
    assert refused_field(organisation.change_default_share_choice, session=session, choice="always") == "choice"


@pytest.mark.parametrize(
    ("change", "must_read"),
    [
        (lambda session: organisation.change_credit_mode(session, mode="checks", overseer=""), True),
        (lambda session: organisation.change_credit_mode(session, mode="blind", overseer="Ida Holm"), False),
        (lambda session: organisation.change_retention(session, periods=PERIODS | {"text_retention_months": 14}), True),
        (lambda session: organisation.change_retention(session, periods=PERIODS | {"text_retention_months": 12}), False),
        (lambda session: organisation.change_two_person(session, required=False), False),
        (
            lambda session: organisation.change_team_only(
                session, team_only=False, basis="notice", basis_on=time_zones.today("UTC")
            ),
            True,
        ),
        (lambda session: notices.publish(session, addition="Ask Ida Holm."), True),
        (lambda session: notices.publish(session, addition="  "), False),
    ],
    ids=["mode", "overseer", "longer", "shorter", "two-person", "individuals", "addition", "nothing"],
)
def test_people_read_the_notice_again_exactly_when_it_says_more(session, settings, change, must_read):
    reader = make_user(session)
    change(session)
    has_read = queries.has_acknowledged(session, user_id=reader.id, notice_version=settings.notice_version)
    assert has_read is not must_read


def test_each_version_of_a_day_has_its_own_name_and_keeps_the_addition(session, settings):
    first = notices.publish(session, addition="Ask Ida Holm.\r\n")
    organisation.change_credit_mode(session, mode="checks", overseer="")
    assert settings.notice_version == f"{first}.2"
    assert queries.notice_addition(session) == "Ask Ida Holm."


def test_an_addition_that_is_too_long_is_refused(session, settings):
    assert refused_field(notices.publish, session=session, addition="x" * (notices.MAX_ADDITION + 1)) == "addition"


def test_readers_who_have_not_confirmed_come_first(session, settings):
    notices.publish(session, addition="Ask Ida Holm.")
    late, early = make_user(session, name="Aa Late", acknowledged=False), make_user(session, name="Aa Early")
    gone = make_user(session, name="Aa Gone")
    gone.is_active = False
    session.flush()
    readers = [(name, at is not None) for name, _, at in queries.notice_readers(session)]
    assert readers[-1] == (early.name, True)
    assert (late.name, False) in readers
    assert gone.name not in dict(readers)
    assert session.scalar(select(Acknowledgement.at).where(Acknowledgement.user_id == early.id)) is not None
