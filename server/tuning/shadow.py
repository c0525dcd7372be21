"""Scores a sample of real drafts, and every shared item, with the challenger too, so that both can be compared on real use.

A draft waits in memory until the request that brought it is answered, is scored in a thread of this process, and is forgotten.
Only counts are stored: day, surface, both bands and the difference of the scores. If people need the coach, or too much waits,
drafts are left out rather than anybody's tips delayed."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from nlp import Coach, Draft
from nlp.model import Assessment
from server.core.clock import now
from server.core.database.session import unit_of_work
from server.core.database.upsert import insert_into
from server.core.logs import describe_error, log
from server.core.problems import Problem
from server.people.queries import get_calendar
from server.tuning import queries
from server.tuning.champion import get_scoring
from server.tuning.coach_queue import run_coach
from server.tuning.models import ShadowCount

#: Of the drafts that are assessed while somebody writes. One text is assessed many times, so this is plenty.
SHARE_OF_DRAFTS = 0.05
MAX_WAITING = 20
#: A draft is scored this long after its request, which is answered by then.
DELAY_S = 0.25
#: The thread rests so many times as long as it worked: at most a sixth of a processor.
REST = 5.0
#: Which versions are compared is read this often.
REFRESH_S = 30.0
FLUSH_S = 20.0
#: In the queue of the coach: nobody.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class _Observed:
    source: str
    draft: Draft
    switched_off: frozenset[str]
    version: str
    score: int
    band: str
    at: float


@dataclass(slots=True)
class _Sums:
    number: int = 0
    difference: int = 0
    difference_squared: int = 0


@dataclass(slots=True)
class _Compared:
    """The challenger's hash and coach; no challenger, or the champion itself: None."""

    challenger: str | None = None
    coach: Coach | None = None
    read_at: float = float("-inf")


#: Day, source, surface, champion, challenger, its bands.
_Cell = tuple[date, str, str, str, str, str, str]


@dataclass
class Shadow:
    """One for each process. ``share_of_drafts``: 0-1. ``clock``: monotonic seconds."""

    engine: Engine
    share_of_drafts: float = SHARE_OF_DRAFTS
    clock: Callable[[], float] = time.monotonic
    _waiting: queue.Queue[_Observed] = field(default_factory=lambda: queue.Queue(MAX_WAITING))
    _counted: dict[_Cell, _Sums] = field(default_factory=dict)
    _compared: _Compared = field(default_factory=_Compared)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _flushed_at: float = 0.0

    def observe(self, source: str, draft: Draft, assessment: Assessment, switched_off: frozenset[str]) -> None:
        """Returns at once, and raises nothing."""
        if assessment.score is None or assessment.band is None:
            return
        observed = _Observed(
            source, draft, switched_off, assessment.scoring_version, assessment.score, assessment.band, self.clock()
        )
        try:
            self._waiting.put_nowait(observed)
        except queue.Full:
            return

    def run(self) -> None:
        """Until ``stop`` is called."""
        while not self._stopped.is_set():
            try:
                observed = self._waiting.get(timeout=1.0)
            except queue.Empty:
                observed = None
            try:
                if observed is not None:
                    self._stopped.wait(max(0.0, observed.at + DELAY_S - self.clock()))
                    started = time.perf_counter()
                    self.compare(observed)
                    self._stopped.wait(REST * (time.perf_counter() - started))
                if self.clock() - self._flushed_at > FLUSH_S:
                    self.flush()
            except Exception as error:  # noqa: BLE001 (the thread must live as long as its process)
                log.warning("shadow-failed", **describe_error(error))

    def stop(self) -> None:
        self._stopped.set()

    def drain(self) -> None:
        """Compares all that waits and stores the counts."""
        while True:
            try:
                self.compare(self._waiting.get_nowait())
            except queue.Empty:
                break
        self.flush()

    def compare(self, observed: _Observed) -> None:
        compared = self._challenger()
        coach, challenger = compared.coach, compared.challenger
        if coach is None or challenger is None or challenger == observed.version:
            return
        draft = observed.draft
        try:
            after = run_coach(
                lambda: coach.assess(draft, switched_off=observed.switched_off),
                user_id=NOBODY,
                label="shadow",
                texts=(draft.text,),
                has_budget=False,
            )
        except Problem:
            # People need the coach now.
            return
        if after.score is None or after.band is None:
            return
        with unit_of_work(self.engine, writes=False) as session:
            today = get_calendar(session).day_of(now())
        cell = (today, observed.source, draft.surface, observed.version, challenger, observed.band, after.band)
        sums = self._counted.setdefault(cell, _Sums())
        difference = after.score - observed.score
        sums.number += 1
        sums.difference += difference
        sums.difference_squared += difference**2

    def _challenger(self) -> _Compared:
        if self.clock() - self._compared.read_at < REFRESH_S:
            return self._compared
        with unit_of_work(self.engine, writes=False) as session:
            challenger = queries.alias_hash(session, name="challenger")
            if challenger is None or challenger == queries.alias_hash(session, name="champion"):
                self._compared = _Compared(read_at=self.clock())
            elif challenger != self._compared.challenger:
                coach = Coach(get_scoring(session, version_hash=challenger))
                self._compared = _Compared(challenger, coach, self.clock())
            else:
                self._compared.read_at = self.clock()
        return self._compared

    def flush(self) -> None:
        """Adds what was counted to the stored counts."""
        self._flushed_at = self.clock()
        if not self._counted:
            return
        counted, self._counted = self._counted, {}
        try:
            with unit_of_work(self.engine) as session:
                for cell, sums in counted.items():
                    values = dict(zip(_COLUMNS, cell, strict=True))
                    statement = insert_into(session, ShadowCount).values(
                        **values,
                        number=sums.number,
                        difference=sums.difference,
                        difference_squared=sums.difference_squared,
                    )
                    added = {
                        name: getattr(ShadowCount, name) + statement.excluded[name]
                        for name in ("number", "difference", "difference_squared")
                    }
                    session.execute(statement.on_conflict_do_update(index_elements=list(_COLUMNS), set_=added))
        except SQLAlchemyError as error:
            # Some counts less: a sample stays a sample.
            log.warning("shadow-not-stored", **describe_error(error))


_COLUMNS = ("day", "source", "surface", "champion_hash", "challenger_hash", "champion_band", "challenger_band")
_shadow: Shadow | None = None
_random = random.Random()  # noqa: S311 (a sample, no secret)


def start(engine: Engine) -> None:
    """Starts comparing in this process."""
    use(Shadow(engine))
    assert _shadow is not None  # noqa: S101
    threading.Thread(target=_shadow.run, name="shadow", daemon=True).start()


def stop() -> None:
    """Stops comparing and stores what was counted."""
    if _shadow is not None:
        _shadow.stop()
        _shadow.flush()


def use(shadow: Shadow | None) -> None:
    """The one of this process; None compares nothing."""
    global _shadow  # noqa: PLW0603 (one for each process)
    _shadow = shadow


def observe_draft(draft: Draft, assessment: Assessment, *, switched_off: frozenset[str]) -> None:
    """A draft that somebody is writing. What its writer asked to be read although it is protected talk is left out."""
    if _shadow is None or draft.read_anyway or _random.random() >= _shadow.share_of_drafts:
        return
    _shadow.observe("draft", draft, assessment, switched_off)


def observe_share(draft: Draft, assessment: Assessment) -> None:
    """An item that was shared."""
    if _shadow is not None:
        _shadow.observe("share", draft, assessment, frozenset())
