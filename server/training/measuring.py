"""The texts of a run, and measuring them: labelled drafts, the reference drafts and the pairs of texts that check fairness."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from nlp import Coach, Draft, InputError, Scoring
from nlp.fairness.pairs import all_texts
from nlp.model import Surface
from server.core.problems import Problem
from server.training.labels import Labels
from server.tuning.coach_queue import run_coach
from server.tuning.reference_drafts import reference_drafts

#: A text by its surface and its words.
Text = tuple[Surface, str]
#: Waits this long while people who are writing need the coach.
BUSY_PAUSE_S = 0.5
#: The share of the time in which the coach is left to others: their tips must not wait for training.
REST = 0.5


def texts_of(labels: Labels) -> list[Text]:
    """Every text that is measured, once."""
    references: list[Text] = [(draft.surface, draft.text) for draft in reference_drafts()]
    return list(dict.fromkeys([*labels.drafts, *references, *all_texts()]))


def key_of(text: Text) -> str:
    return hashlib.sha256("\0".join(text).encode()).hexdigest()


@lru_cache(maxsize=2)
def _coach(scoring: Scoring) -> Coach:
    return Coach(scoring)


def measure(
    scoring: Scoring,
    texts: Collection[Text],
    *,
    user_id: int,
    trade_words: tuple[str, ...],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[str, bytes | None]]:
    """The key of each text and what was measured of it; ``None`` for one without a score. ``scoring``: without a correction.
    Takes its turn in the queue of the coach on behalf of ``user_id``, and rests as long as it works."""
    coach = _coach(scoring)
    for surface, text in texts:
        item = Draft(surface, text, trade_words=trade_words)
        started = time.perf_counter()
        yield key_of((surface, text)), _measure(coach, item, user_id=user_id, sleep=sleep)
        sleep(REST / (1 - REST) * (time.perf_counter() - started))


def _measure(coach: Coach, item: Draft, *, user_id: int, sleep: Callable[[float], None]) -> bytes | None:
    while True:
        try:
            found = run_coach(
                lambda: _in_limits(coach, item), user_id=user_id, label="training", texts=(item.text,), has_budget=False
            )
        except Problem as problem:
            if not problem.is_temporary:
                raise
            sleep(BUSY_PAUSE_S)
        else:
            return found


def _in_limits(coach: Coach, item: Draft) -> bytes | None:
    try:
        measured = coach.measure_for_correction(item)
    except InputError:
        # Longer than the coach reads.
        return None
    return measured.pack() if measured is not None else None
