"""Findings of the packaged rules on a text."""

from nlp import rules
from nlp.language import read


def findings_of(text, surface="linkedin-post", only=None):
    """The findings of all packaged rules, or of those whose ids are in ``only``."""
    return rules.find(read(text), surface, [rule for rule in rules.packaged() if only is None or rule.info.id in only])
