"""Advice: the one to three changes that would raise a draft or profile most."""

from nlp.advice.drafts import advise

__all__ = ["advise"]
