"""The one way to run the coach during a request: after a short wait in a queue that is fair between people, and within each
person's budget of processor time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

from nlp import InputError
from nlp.inputs import count_units
from server.core import metrics
from server.core.fair_queue import FairQueue, QueueTimeoutError, TooManyWaitingError
from server.core.problems import Problem, field_problem
from server.core.work_budget import WorkBudget

#: Texts that a process works on at once. They take turns in the pipeline, so a short text does not wait for all of a long one.
MAX_CONCURRENT, MAX_LONG = 2, 1
#: In progress and waiting, per person and process: some tabs and abandoned requests, fewer than there are request threads.
MAX_PER_PERSON = 6
#: Nobody waits longer than this for tips, and the next pause in typing sends a new request.
TIMEOUT_S = 2.0
#: Words and symbols of a long text. LinkedIn's longest post has about 700.
LONG_UNITS = 1_000
#: Processor time of each allowed call, per person and process: an edit takes 8 to 13 ms, a post of 3,000 characters 80 ms.
SECONDS_PER_CALL = 0.02
#: Calls that may be made at once.
BURST_CALLS = 40

Result = TypeVar("Result")
_queue = FairQueue(places=MAX_CONCURRENT, long_places=MAX_LONG, per_person=MAX_PER_PERSON, timeout=TIMEOUT_S)


def _make_budget(calls_per_minute: int) -> WorkBudget:
    return WorkBudget(rate=calls_per_minute / 60 * SECONDS_PER_CALL, burst=BURST_CALLS * SECONDS_PER_CALL)


_budget = _make_budget(240)


def configure(*, calls_per_minute: int) -> None:
    """``calls_per_minute``: calls of the coach that one person may make."""
    global _budget  # noqa: PLW0603 one queue and one budget for each process
    _budget = _make_budget(calls_per_minute)


def run_coach(
    work: Callable[[], Result], *, user_id: int, label: str, texts: tuple[str, ...] = (), has_budget: bool = True
) -> Result:
    """Runs ``work``, which calls the coach with ``texts`` on behalf of a user. ``label`` is the surface, for the metric.
    ``has_budget``: whether the work counts towards the user's processor time; not for work of a fixed amount.
    ``Problem``: 503 if no place becomes free in time, 429 if the user has too many requests waiting or no processor time left,
    all with Retry-After; 422 for invalid input."""
    if has_budget and (seconds := math.ceil(_budget.wait(user_id))):
        raise Problem(
            429, "too-many", "Your texts have taken much of the coach's time", detail=f"Try again in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )  # fmt: skip
    units = sum(count_units(text, at_most=LONG_UNITS + 1) for text in texts)
    try:
        with _queue.place(user_id, is_long=units > LONG_UNITS):
            started, cpu_started = time.perf_counter(), time.thread_time()
            try:
                return work()
            finally:
                if has_budget:
                    _budget.charge(user_id, time.thread_time() - cpu_started)
                metrics.ASSESSMENT_SECONDS.labels(surface=label).observe(time.perf_counter() - started)
    except QueueTimeoutError:
        raise Problem(503, "busy", "The coach is busy", detail="Try again in a second.", headers={"Retry-After": "1"}) from None
    except TooManyWaitingError:
        raise Problem(
            429, "too-many", "Your earlier requests are still being answered", detail="Try again in a second.",
            headers={"Retry-After": "1"},
        ) from None  # fmt: skip
    except InputError as error:
        raise field_problem(error.field, str(error), limit=error.limit, code=error.code) from None
