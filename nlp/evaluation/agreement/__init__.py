"""Agreement of the coach with the judges of the labelled sets, beside the agreement of the two passes with each other."""

from __future__ import annotations

from nlp.coach import Coach
from nlp.evaluation.agreement import bands, dimensions, pairs, wholes
from nlp.evaluation.agreement.scored import COLLECTIONS, FEED, MODELS, score
from nlp.evaluation.card import Table
from nlp.quality.scoring import Scoring
from nlp.training import labels


def measure(scoring: Scoring) -> list[Table]:
    coach = Coach(scoring)
    drafts = labels.drafts()
    scored = score(coach, drafts)
    held_out = [item for item in scored if item.draft.is_held_out]
    by_collection = {name: [item for item in held_out if belongs(item.draft)] for name, belongs in COLLECTIONS.items()}
    return [
        *wholes.measure(scored, drafts),
        *(dimensions.measure(name, items) for name, items in by_collection.items()),
        *(table for name in (FEED, MODELS) for table in bands.measure(name, by_collection[name])),
        pairs.measure(coach),
    ]
