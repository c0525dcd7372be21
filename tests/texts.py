"""Texts of real sentences that differ from each other, because near copies and random letters earn no credit."""

from __future__ import annotations

import random

#: One line for each place in a sentence.
_WORDS = """
Mira Tom Aisha Jonas Priya Luca Hanna Omar Zoe Felix Ines Karl Nadia Paul Rosa Sven Tara Uwe Vera Will
measured ordered repaired tested moved counted cleaned painted replaced sorted checked drew packed
two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty
rusty quiet heavy narrow spare cold green broken modern cheap tall noisy simple early thick
valves pumps pallets sensors gaskets cartons trucks drawings invoices forklifts motors shelves lamps
near for from
Ulm Leeds Porto Ghent Turin Lyon Bergen Graz Malmo Cork Basel Gdansk Nantes Vigo Bath Essen
on by before
Monday Tuesday Wednesday Thursday Friday Saturday Sunday
"""
_CHOICES = tuple(line.split() for line in _WORDS.strip().splitlines())
_random = random.SystemRandom()


def sentence(rng: random.Random = _random) -> str:
    """Ordinary words in an order of their own: two such texts share hardly any three words in a row."""
    return " ".join(rng.choice(words) for words in _CHOICES) + "."


def sentences(count: int = 6) -> str:
    """A text that no other test uses, long enough to be compared for near copies."""
    return " ".join(sentence() for _ in range(count))
