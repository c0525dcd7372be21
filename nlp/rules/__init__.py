"""Rules as data: styles in Vale's format, and named checks in code where data cannot say it."""

from nlp.model import RuleInfo
from nlp.rules.catalogue import catalogue, packaged, prefilter
from nlp.rules.findings import find, matches
from nlp.rules.load import load_style
from nlp.rules.organisation import OrganisationRules, guards
from nlp.rules.rule import Known, Rule
from nlp.rules.source import RuleError

__all__ = [
    "Known", "OrganisationRules", "Rule", "RuleError", "RuleInfo", "catalogue", "find", "guards", "load_style", "matches",
    "packaged", "prefilter",
]  # fmt: skip
