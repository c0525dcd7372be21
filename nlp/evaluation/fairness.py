"""Whether the coach scores a text by who is named in it: the same drafts with the name swapped, through the whole coach.

The limits were written before the first run: a mean difference under 1 point of 100, and no single pair over 5.
"""

from __future__ import annotations

from itertools import combinations
from statistics import mean
from typing import NamedTuple

from nlp.coach import Coach
from nlp.model import Draft, Surface

MEAN_LIMIT = 1.0
SINGLE_LIMIT = 5

#: First names by the group a reader may hear in them; each pair of groups is compared name by name.
NAMES = {
    "women, English": ("Emily", "Claire", "Megan"),
    "men, English": ("Greg", "Brad", "Neil"),
    "women, African-American": ("Lakisha", "Tamika", "Ebony"),
    "men, Arabic": ("Mohammed", "Tariq", "Yusuf"),
    "women, South Asian": ("Priya", "Ananya", "Lakshmi"),
    "men, Chinese": ("Wei", "Jun", "Xiaoming"),
}
QUOTE = """{name} runs a warehouse of forty people. Last May {name} told me our quote took nine days; two rivals needed three.

We sat down and timed every step. Six days went to a clause nobody had read since 2019. We dropped it.

What slows your quotes most?"""
NEWS = "So excited to announce that {name} joins our world-class team! {name} is a rockstar who leverages synergies."
DRAFTS: tuple[tuple[Surface, str], ...] = (
    ("linkedin-post", QUOTE),
    ("linkedin-post", NEWS),
    ("linkedin-comment", "Good point, {name}. We saw it with 12 customers: the form, not the price, was why they left."),
    ("x-post", "{name} asked one question on our call: what happens on day two? We had no slide for it. Now it is slide one."),
    ("x-reply", "Thanks {name}, we tried that in March with 30 accounts and 4 replied. What subject line did you use?"),
)


class Difference(NamedTuple):
    """``mean`` over all pairs of groups of the absolute difference of their mean scores; ``worst`` single pair of texts."""

    mean: float
    worst: int
    pairs: int


def name_swaps(coach: Coach) -> Difference:
    scores = {
        group: [coach.assess(Draft(surface, text.format(name=name))).score or 0 for surface, text in DRAFTS for name in names]
        for group, names in NAMES.items()
    }
    single = [abs(one - other) for a, b in combinations(scores, 2) for one, other in zip(scores[a], scores[b], strict=True)]
    groups = [abs(mean(scores[a]) - mean(scores[b])) for a, b in combinations(scores, 2)]
    return Difference(mean(groups), max(single), len(single))
