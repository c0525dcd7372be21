"""Rules and categories are chosen as LanguageTool's API defines it."""

from __future__ import annotations

import pytest

from server.coaching.rule_choice import RuleChoice
from server.core.problems import Problem


def shows(form, rule="A", category="HOOK", *, is_information=False):
    return RuleChoice.from_form(form).shows(rule, category, is_information=is_information)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ({}, True),
        ({"disabledRules": "A"}, False),
        ({"disabledRules": " B , A "}, False),
        ({"disabledRules": "B,,"}, True),
        ({"disabledRules": "A", "enabledRules": "A"}, True),
        ({"disabledCategories": "HOOK"}, False),
        ({"disabledCategories": "hook, FORM"}, False),
        ({"disabledCategories": "HOOK", "enabledCategories": "HOOK"}, True),
        ({"disabledCategories": "HOOK", "enabledRules": "A"}, True),
        ({"enabledRules": "B"}, True),
        ({"enabledOnly": "true", "enabledRules": "B, A"}, True),
        ({"enabledOnly": "yes", "enabledRules": "B"}, False),
        ({"enabledOnly": "true", "enabledCategories": "Hook"}, True),
        ({"enabledOnly": "true", "enabledCategories": "FORM"}, False),
        ({"enabledOnly": "false", "enabledCategories": "FORM"}, True),
        ({"level": "picky", "disabledRules": "A"}, False),
    ],
)
def test_a_rule_is_shown_as_the_client_asks(form, shown):
    assert shows(form) is shown


def test_tips_for_information_are_shown_at_the_picky_level_and_by_name():
    assert not shows({"level": "default"}, is_information=True)
    assert shows({"level": "picky"}, is_information=True)
    assert shows({"enabledRules": "A"}, is_information=True)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"level": "strict"}, "level"),
        ({"enabledOnly": "true"}, "enabledOnly"),
        ({"enabledOnly": "true", "enabledRules": "A", "disabledRules": "B"}, "enabledOnly"),
        ({"enabledOnly": "true", "enabledRules": "A", "disabledCategories": "HOOK"}, "enabledOnly"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(form, field):
    with pytest.raises(Problem) as refused:
        RuleChoice.from_form(form)
    assert refused.value.errors[0]["field"] == field
