"""The page of metrics: nothing typed is lost, and what is saved shows on other pages."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from server.core.database.session import unit_of_work
from server.people import standard_metrics
from server.people.models import Metric
from server.people.queries import get_organisation
from tests.factories import new_cookie, new_user

pytestmark = pytest.mark.sqlite_only

VALID = {
    "key": "demo-held", "singular": "demo held", "plural": "demos held", "timing": "leading", "unit": "count",
    "record_kind": "", "sums": "yes", "target_kind": "workdays", "growth_question": "", "decline_question": "",
}  # fmt: skip


@pytest.fixture
def admin(client, engine):
    client.set_cookie("repute", new_cookie(engine, new_user(engine, role="admin")))
    yield client
    with unit_of_work(engine) as session:
        session.execute(delete(Metric))
        standard_metrics.install(session.connection())


@pytest.fixture
def post(admin):
    def send(path, **form):
        page = admin.get("/settings/metrics").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        return admin.post(path, data={"csrf_token": token} | form)

    return send


def stored(session, key):
    session.rollback()
    metric = session.get(Metric, key)
    session.rollback()
    return metric


def test_added_metric_is_listed_and_can_have_a_target(admin, post):
    assert post("/settings/metrics", **VALID).status_code == 303
    assert "Demos held" in admin.get("/settings/metrics").text
    assert '<option value="demo-held"' in admin.get("/people/targets").text


def test_refused_form_keeps_what_was_typed(post):
    response = post("/settings/metrics", **VALID | {"key": "Demo held", "growth_question": "Who asked for it?"})
    assert response.status_code == 422
    for typed in ("Demo held", "demos held", "Who asked for it?"):
        assert f'value="{typed}"' in response.text
    assert response.text.count('aria-invalid="true"') == 1


def test_metric_is_changed_moved_archived_restored_and_deleted(post, session, admin):
    post("/settings/metrics", **VALID)
    assert post("/settings/metrics/demo-held", **VALID | {"plural": "demonstrations", "on_team_page": "yes"}).status_code == 303
    with session:
        metric = session.get_one(Metric, "demo-held")
        assert (metric.plural, metric.on_team_page) == ("demonstrations", True)
        position = metric.position
    post("/settings/metrics/demo-held/move", direction="up")
    with session:
        assert session.get_one(Metric, "demo-held").position == position - 1
    post("/settings/metrics/demo-held/archive")
    page = admin.get("/settings/metrics").text
    assert 'action="/settings/metrics/demo-held/restore"' in page
    post("/settings/metrics/demo-held/restore")
    post("/settings/metrics/demo-held/delete")
    assert stored(session, "demo-held") is None


def test_metric_in_use_is_not_deleted_and_the_page_says_what_to_do(post, session, admin):
    first = standard_metrics.STANDARD_METRICS[0].key
    post(f"/settings/metrics/{first}/delete")
    assert "Archive it instead" in admin.get("/settings/metrics").text
    assert stored(session, first) is not None


@pytest.mark.parametrize("action", ["", "/move", "/archive", "/restore", "/delete"])
def test_unknown_metric_is_not_found(post, action):
    assert post(f"/settings/metrics/visit{action}", **VALID).status_code == 404


def test_currency_and_subject_lines_are_set_for_the_organisation(post, session, engine):
    assert post("/settings/records", currency="Euros").status_code == 422
    assert post("/settings/records", currency="chf", keep_subjects="yes").status_code == 303
    with session:
        organisation = session.scalars(select(type(get_organisation(session)))).one()
        assert (organisation.currency, organisation.keep_subjects) == ("CHF", True)
    assert post("/settings/records", currency="EUR").status_code == 303
