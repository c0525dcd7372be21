"""The guide by which drafts are marked: what each mark means. The drafts that ship with Repute were marked by the same one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guide:
    """What 1, 3 and 5 mean for a dimension. ``key`` is the letter that names it as a reason."""

    dimension: str
    key: str
    low: str
    middle: str
    high: str


GUIDE = (
    Guide(
        "hook", "H", "Says nothing, teases or announces", "Says what it is about", "The first line alone gives a reason to read"
    ),
    Guide("clarity", "C", "Must be read twice", "Understood at once, some ballast", "Plain words, nothing to strike out"),
    Guide("specificity", "P", "Any seller could sign it", "Some details", "Could only be this case"),
    Guide("story", "T", "Claims and lists instead of a case", "Some sequence or example", "Something happens and changes"),
    Guide("audience", "A", "About us and our product", "The reader may find a use", "A reader in that job can use it today"),
    Guide("conversation", "O", "A broadcast, or asks for likes", "Leaves room for an answer", "A buyer would want to answer"),
    Guide("credibility", "B", "Boasts without ground", "Nothing to doubt or lean on", "Shows where it comes from"),
    Guide("voice", "V", "Jargon, pitch or pose", "Correct, could be anyone", "A person speaks"),
    Guide("form", "F", "A wall, or confetti of tags", "Acceptable", "Length, breaks and tags fit the place"),
)
#: Of the whole: from which mark on it means what.
WHOLE_GUIDE = (
    (82, "Strong: a buyer would remember the writer"),
    (68, "Good: post it"),
    (48, "Fair: harmless, earns little"),
    (0, "Weak: costs trust, or only time"),
)
#: A comment or reply may have no room for one.
OPTIONAL = ("story",)
