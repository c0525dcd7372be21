"""Repute's coach: a text in, an assessment out, without a server or a database."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nlp.model import Assessment, Comparison, Draft, Finding, InputError, Profile

if TYPE_CHECKING:
    from nlp.coach import Coach
    from nlp.quality.scoring import Scoring, ScoringError, load_scoring

__all__ = [
    "Assessment",
    "Coach",
    "Comparison",
    "Draft",
    "Finding",
    "InputError",
    "Profile",
    "Scoring",
    "ScoringError",
    "load_scoring",
]

#: Imported when they are used: with them comes the language pipeline, which takes a second or two.
_LATER = {
    "Coach": "nlp.coach",
    "Scoring": "nlp.quality.scoring",
    "ScoringError": "nlp.quality.scoring",
    "load_scoring": "nlp.quality.scoring",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
