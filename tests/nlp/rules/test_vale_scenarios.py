"""Vale's rules, configuration and Markdown, as its documentation describes them."""

import pytest

from tests.nlp.rules.vale_scenarios import scenarios


@pytest.mark.parametrize("scenario", [pytest.param(s, id=f"{s.kind}: {s.name}") for s in scenarios()])
def test_the_alerts_are_those_of_vale(scenario, tmp_path):
    assert scenario.run(tmp_path) == scenario.expected()
