"""The labelled set, and the rubric that is fitted to it."""

import json
import re

import pytest

from nlp.evaluation import agreement
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES
from nlp.training import labels
from nlp.training.labels import WHOLE
from nlp.training.quality import rubric
from nlp.training.quality.learned import WEIGHTS


def test_every_draft_has_the_marks_of_both_passes():
    drafts = labels.drafts()
    assert len(drafts) >= 300
    assert {draft.surface for draft in drafts} == set(DRAFT_SURFACES)
    assert len({draft.text for draft in drafts}) == len({draft.id for draft in drafts}) == len(drafts)
    for draft in drafts:
        for marks in draft.passes:
            assert set(DRAFT_DIMENSIONS) - set(marks) <= (
                {"story"} if draft.surface in ("linkedin-comment", "x-reply") else set()
            )
            assert all(1 <= mark <= 5 for name, mark in marks.items() if name != WHOLE)
            assert 0 <= marks[WHOLE] <= 100


def test_a_quarter_is_held_out():
    held_out = sum(draft.is_held_out for draft in labels.drafts())
    assert held_out == pytest.approx(len(labels.drafts()) / 4, rel=0.1)


def test_drafts_link_to_no_real_page():
    for draft in labels.drafts():
        hosts = re.findall(r"https?://([^/\s]+)", draft.text)
        assert set(hosts) <= {"example.com"}, draft.id


@pytest.mark.soak
def test_fitting_reproduces_the_shipped_rubric_without_held_out_drafts(monkeypatch):
    fitted_on = [draft for draft in labels.drafts() if not draft.is_held_out]
    monkeypatch.setattr(labels, "drafts", lambda: tuple(fitted_on))
    shipped = json.loads((WEIGHTS / "rubric.json").read_text(encoding="utf-8"))
    assert rubric.fitted_rubric() == shipped


def test_agreement_metrics_on_cases_worked_out_by_hand():
    assert agreement.kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1
    assert agreement.kappa([0, 1], [1, 0]) == -1
    assert agreement.mean_absolute_error([10, 20], [13, 15]) == 4
