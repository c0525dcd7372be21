"""Which rules a client of LanguageTool's API asks for, with that API's meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.core.problems import field_problem

LEVELS = ("default", "picky")
_TRUE = frozenset({"true", "yes"})


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Categories are our dimensions, in capital letters. Unknown rules and categories are ignored."""

    enabled_rules: frozenset[str]
    disabled_rules: frozenset[str]
    enabled_categories: frozenset[str]
    disabled_categories: frozenset[str]
    is_enabled_only: bool
    is_picky: bool

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> RuleChoice:
        """``Problem`` 422 for an unknown level, and for ``enabledOnly`` without what is enabled or with what is disabled."""
        level = form.get("level") or "default"
        if level not in LEVELS:
            raise field_problem("level", f"must be {' or '.join(LEVELS)}")
        choice = cls(
            _names(form, "enabledRules"),
            _names(form, "disabledRules"),
            frozenset(map(str.upper, _names(form, "enabledCategories"))),
            frozenset(map(str.upper, _names(form, "disabledCategories"))),
            is_enabled_only=form.get("enabledOnly", "").lower() in _TRUE,
            is_picky=level == "picky",
        )
        if choice.is_enabled_only and not (choice.enabled_rules or choice.enabled_categories):
            raise field_problem("enabledOnly", "needs enabledRules or enabledCategories")
        if choice.is_enabled_only and (choice.disabled_rules or choice.disabled_categories):
            raise field_problem("enabledOnly", "does not go with disabledRules or disabledCategories")
        return choice

    def shows(self, rule: str, category: str, *, is_information: bool) -> bool:
        """``is_information``: a tip that does not change the score, which the default level leaves out. A rule that is enabled
        by its own name is shown whatever else is said about it."""
        if rule in self.enabled_rules:
            return True
        if self.is_enabled_only:
            return category in self.enabled_categories
        if category in self.disabled_categories and category not in self.enabled_categories:
            return False
        return rule not in self.disabled_rules and (self.is_picky or not is_information)


def _names(form: Mapping[str, str], field: str) -> frozenset[str]:
    """Of a list separated by commas, perhaps with blanks around them."""
    return frozenset(name for part in form.get(field, "").split(",") if (name := part.strip()))
