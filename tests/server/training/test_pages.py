"""The pages of training, as an administrator uses them."""

from __future__ import annotations

import re

import pytest

from server.core.database.session import unit_of_work
from server.training.labels import Labels
from server.training.models import TrainingRun
from tests.factories import new_cookie
from tests.server.training.training_helpers import get_run, opposite_labels, reader_labels, run_all, strict_ratings

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def browser(app, engine, admin):
    client = app.test_client()
    client.set_cookie("repute", new_cookie(engine, admin))
    return client


def post(browser, path, **data):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/settings").text)[1]
    return browser.post(path, data={"csrf_token": token} | data, follow_redirects=True)


def said(response):
    return " ".join(response.text.split())


def test_a_run_from_the_button_to_the_report(browser, engine):
    assert "40 comparisons and 0 ratings can be used" in said(browser.get("/tuning/training"))
    page = post(browser, "/tuning/training")
    assert "The active version stays as it is" in said(page)
    path = page.request.path
    assert "See how far it is" in said(browser.get("/tuning/training"))
    run_all(engine)
    report = said(browser.get(path))
    for heading in ("Agreement", "What changes", "For whom", "Fairness", "Calibration", "Drift"):
        assert f">{heading}</h2>" in report
    assert "Pairs ranked as your readers ranked them" in report
    assert "names of six groups".capitalize() in report


def test_a_refused_result_asks_for_a_reason_and_keeps_what_was_typed(browser, engine, use_labels):
    use_labels(strict_ratings())
    path = post(browser, "/tuning/training").request.path
    run_all(engine)
    assert "beyond a limit, so it is not a version yet" in said(browser.get(path))
    answer = post(browser, f"{path}/accept", reason="w" * 301)
    assert answer.status_code == 422
    assert "at most 300 characters" in answer.text
    assert "w" * 301 in answer.text
    page = said(post(browser, f"{path}/accept", reason="We are strict on purpose"))
    assert "Accepted although it is beyond a limit" in page
    assert "We are strict on purpose" in page
    run = get_run(engine, int(path.rsplit("/", 1)[1]))
    assert f"/tuning/effect/{run.version_hash}" in page
    effect = said(browser.get(f"/tuning/effect/{run.version_hash}"))
    assert "What our readers taught the marks: added, from" in effect


def test_labels_that_contradict_the_scoring_are_refused_with_what_happened_and_what_to_do(browser, engine, use_labels):
    use_labels(opposite_labels())
    path = post(browser, "/tuning/training").request.path
    run_all(engine)
    page = said(browser.get(path))
    assert "not a version yet.</strong> The active version was not touched" in page
    assert "in another order than the readers of the labelled drafts" in page
    # In one of the 40 pairs, both have the same score.
    assert "in 99% of the pairs they preferred the draft with the lower score" in page
    assert "<strong>What to do:</strong>" in page
    use_labels(strict_ratings())
    path = post(browser, "/tuning/training").request.path
    run_all(engine)
    assert "contradict the scoring" not in said(browser.get(path))


def test_a_run_is_cancelled_from_its_page(browser, engine):
    path = post(browser, "/tuning/training").request.path
    assert ">Stopping<" in post(browser, f"{path}/cancel").text
    run_all(engine)
    assert "This run was cancelled" in said(browser.get(path))


def test_without_enough_labels_the_page_says_how_many_are_missing(browser, use_labels):
    use_labels(Labels(preferences=reader_labels().preferences[:3]))
    page = said(browser.get("/tuning/training"))
    assert "Training needs 17 more labels" in page
    assert "Start training" not in page
    assert post(browser, "/tuning/training").status_code == 422


def test_labels_that_improve_nothing_give_no_version(browser, engine, admin):
    path = post(browser, "/tuning/training").request.path
    run_all(engine)
    with unit_of_work(engine) as session:
        run = session.get_one(TrainingRun, int(path.rsplit("/", 1)[1]))
        run.result, run.version_hash = "no-gain", None
    assert "The labels do not improve the scoring yet" in said(browser.get(path))


@pytest.mark.parametrize("path", ["/tuning/training/999999", "/tuning/training/999999/cancel"])
def test_unknown_runs_are_not_found(browser, path):
    response = post(browser, path) if path.endswith("cancel") else browser.get(path)
    assert response.status_code == 404
