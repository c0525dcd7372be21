"""Advice: the one to three changes that would raise a draft or profile most."""

from nlp.advice.drafts import advise
from nlp.advice.profiles import advise_profile

__all__ = ["advise", "advise_profile"]
