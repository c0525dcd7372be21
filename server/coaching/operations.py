"""Assessing a draft, and what a rep told the coach. Texts pass through memory only: no row, no log."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from threading import BoundedSemaphore
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from nlp import Coach, Draft, InputError, Profile
from nlp.model import Surface
from server.activities.queries import repeats
from server.coaching import queries
from server.coaching.models import SHARE_CHOICES, CoachPreference
from server.core import metrics
from server.core.clock import now
from server.core.identity import Identity
from server.core.problems import Problem, field_problem
from server.people.queries import the_organisation
from server.tuning.operations import in_force

#: The pipeline works on one text at a time in a process; a second one waits at its lock, further ones here.
AT_ONCE = 2
#: Longer than this a rep would not wait, and the next keystroke asks anew.
PATIENCE_SECONDS = 2.0
#: Scoring versions are few: the one in force, the one before, a challenger.
MAX_COACHES = 4

Result = TypeVar("Result")
_room = BoundedSemaphore(AT_ONCE)
_coaches: dict[str, Coach] = {}


def coach(session: Session) -> Coach:
    """The coach under the scoring version in force; made once a version and process."""
    scoring = in_force(session)
    known = _coaches.get(scoring.version)
    if known is None:
        if len(_coaches) >= MAX_COACHES:
            _coaches.clear()
        known = _coaches[scoring.version] = Coach(scoring)
    return known


def warm_up() -> None:
    """Loads everything that a first assessment needs, before anybody waits for it."""
    first = Coach()
    first.assess(Draft("linkedin-post", "The first draft is read so that the next one is fast."))
    _coaches[first.scoring.version] = first


def assess(
    session: Session, *, user_id: int, surface: Surface, text: str, secret: bytes, previous: str | None = None
) -> dict[str, Any]:
    """The assessment as JSON-ready data, with ``comparison`` (``previous`` is ``a``, ``text`` is ``b``) or None."""
    judge = coach(session)
    off = _switched_off(session, user_id)
    near_copy = repeats(session, text, user_id=user_id, until=now(), secret=secret)

    def work() -> dict[str, Any]:
        answer = judge.assess(Draft(surface, text, near_copy=near_copy), switched_off=off).to_json()
        answer["comparison"] = None if previous is None else judge.compare(surface, previous, text).to_json()
        return answer

    return _within_limits(work, surface)


def assess_profile(
    session: Session, *, user_id: int, surface: Surface, sections: dict[str, str | list[str] | None]
) -> dict[str, Any]:
    judge = coach(session)
    off = _switched_off(session, user_id)
    frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in sections.items()}
    return _within_limits(lambda: judge.assess(Profile(surface, frozen), switched_off=off).to_json(), surface)


def compare(session: Session, *, surface: Surface, a: str, b: str) -> dict[str, Any]:
    judge = coach(session)
    return _within_limits(lambda: judge.compare(surface, a, b).to_json(), surface)


def preference(session: Session, *, user_id: int) -> CoachPreference:
    """What the rep chose, or what holds until they choose."""
    return queries.preference(session, user_id=user_id) or _nothing_chosen(user_id)


def rules_off(session: Session, *, user_id: int) -> Sequence[dict[str, Any]]:
    """The rules that the rep switched off and that still exist, as ``Scoring.rules`` describes them."""
    off = set(preference(session, user_id=user_id).rules_off)
    return [rule for rule in in_force(session).rules if rule["id"] in off]


def change_preference(
    session: Session, *, user_id: int, share_choice: str | None = None, rules_off: Sequence[str] | None = None
) -> CoachPreference:
    """Sets what is given and leaves the rest."""
    if share_choice is not None and share_choice not in SHARE_CHOICES:
        raise field_problem("share_choice", f"must be one of {', '.join(SHARE_CHOICES)}")
    if rules_off is not None and set(rules_off) - {rule["id"] for rule in in_force(session).rules}:
        raise field_problem("rules_off", "names a rule that does not exist")
    chosen = queries.preference(session, user_id=user_id)
    if chosen is None:
        chosen = _nothing_chosen(user_id)
        session.add(chosen)
    if share_choice is not None:
        chosen.share_choice = share_choice
    if rules_off is not None:
        chosen.rules_off = sorted(set(rules_off))
    chosen.changed_at = now()
    session.flush()
    return chosen


def ignore(session: Session, *, user_id: int, rule: str) -> None:
    """The rep put a tip of ``rule`` aside. Told twice it counts once."""
    if rule not in {known["id"] for known in in_force(session).rules}:
        raise field_problem("ignored_rule", "names a rule that does not exist")
    chosen = change_preference(session, user_id=user_id)
    chosen.rules_ignored = sorted({*chosen.rules_ignored, rule})
    session.flush()


def switch_rule_off(session: Session, *, user_id: int, rule: str) -> None:
    kept = preference(session, user_id=user_id).rules_off
    known = {one["id"] for one in in_force(session).rules}
    change_preference(session, user_id=user_id, rules_off=[*(one for one in kept if one in known), rule])


def switch_rule_on(session: Session, *, user_id: int, rule: str) -> None:
    kept = [one for one in preference(session, user_id=user_id).rules_off if one != rule]
    known = {one["id"] for one in in_force(session).rules}
    change_preference(session, user_id=user_id, rules_off=[one for one in kept if one in known])


def me(session: Session, *, identity: Identity) -> dict[str, Any]:
    """What the extension needs to know of its person."""
    organisation = the_organisation(session)
    chosen = preference(session, user_id=identity.user_id)
    return {
        "user": {"name": identity.name, "email": identity.email, "role": identity.role},
        "organisation": {"name": organisation.name, "quiet_required": organisation.quiet_required},
        "notice": {
            "version": organisation.notice_version,
            "acknowledged": queries.acknowledged(session, user_id=identity.user_id, notice_version=organisation.notice_version),
        },
        "share_choice": chosen.share_choice,
        "rules_off": list(chosen.rules_off),
    }


def account_version(session: Session, *, identity: Identity) -> str:
    """Differs once ``me`` does: a browser that wrote down what it was told sees with any assessment that it is outdated."""
    told = json.dumps(me(session, identity=identity), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _nothing_chosen(user_id: int) -> CoachPreference:
    return CoachPreference(user_id=user_id, share_choice="ask", rules_off=[], rules_ignored=[])


def _switched_off(session: Session, user_id: int) -> frozenset[str]:
    return frozenset(preference(session, user_id=user_id).rules_off)


def _within_limits(work: Callable[[], Result], surface: str) -> Result:
    """Runs the coach when there is room for it: 503 with Retry-After when there is not, and its refusals as problems."""
    if not _room.acquire(timeout=PATIENCE_SECONDS):
        raise Problem(503, "busy", "The coach is busy", detail="Try again in a second.", headers={"Retry-After": "1"})
    started = time.perf_counter()
    try:
        return work()
    except InputError as error:
        raise field_problem(error.field, str(error), limit=error.limit, code=error.code) from None
    finally:
        _room.release()
        metrics.ASSESSMENT_SECONDS.labels(surface=surface).observe(time.perf_counter() - started)
