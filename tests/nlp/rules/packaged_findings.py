"""Findings of the packaged rules on a text."""

from nlp import rules
from nlp.language import read

#: The rules on stock phrasing, on layout that replaces it, and on what a post says of its writer and of others.
ON_PATTERNS = {
    f"Repute.{name}"
    for name in (
        *("Bragging", "Catchphrases", "ChoppedLines", "ContrastFormula", "EmojiBullets", "GeneralAgreement", "HypeFigure"),
        *("InlineHashtags", "LeftoverMarkup", "LeftoverReply", "LinkDrop", "LoftyPhrases", "ManyDashes", "OfficeSpeak"),
        *("Parable", "PutDown", "SameOpenings", "StackedPassives", "StockWords", "Teasers", "TitleCaseOpening"),
        "TripleAdjectives",
    )
}


def findings_of(text, surface="linkedin-post", only=None):
    """The findings of all packaged rules, or of those whose ids are in ``only``."""
    return rules.find(read(text), surface, [rule for rule in rules.packaged() if only is None or rule.info.id in only])
