"""Repute's coach: a text in, an assessment out, without a server or a database."""

from nlp.coach import Coach
from nlp.model import Assessment, Comparison, Draft, Finding, InputError, Profile
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
