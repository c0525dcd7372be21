"""The steps that explain a score."""

from __future__ import annotations

import pytest

from nlp import Coach, Draft
from server.activities.explanation import steps
from server.tuning.reference_drafts import reference_drafts


@pytest.mark.parametrize("draft", reference_drafts(), ids=lambda draft: draft.id)
def test_steps_add_up_to_the_score(draft):
    assessment = Coach().assess(Draft(draft.surface, draft.text))
    result = steps(assessment)
    if assessment.score is None:
        assert result == ()
        return
    assert result[0].label == "The average draft"
    assert result[0].start == 0
    assert [step.start for step in result[1:]] == [step.end for step in result[:-1]]
    assert result[-1].end == assessment.score
    assert all(round(sum(part.tenths for part in step.parts)) == round(step.points * 10) for step in result)
