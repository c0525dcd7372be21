"""Assesses drafts and profiles, and manages reps' coaching preferences. Texts are never stored or logged."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from nlp import Draft, Profile
from nlp.elsewhere import NEAREST, Place, assess_elsewhere
from nlp.inputs import check_draft
from nlp.model import Surface
from server.activities.duplicates import repeats_shared_text
from server.coaching import queries, rule_scopes
from server.coaching.models import SHARE_CHOICES, CoachPreference
from server.core.clock import now
from server.core.database.upsert import insert_if_absent
from server.core.identity import Identity
from server.core.problems import field_problem
from server.core.secret_keys import SecretKeys
from server.core.small_groups import MIN_GROUP_SIZE
from server.people.queries import get_organisation, has_acknowledged
from server.tuning import shadow
from server.tuning.champion import champion_coach, get_champion
from server.tuning.coach_queue import run_coach
from server.wording_help.queries import get_choice

# --- assessing --------------------------------------------------------------------------------------------------------


def assess(  # noqa: PLR0913 (independent facts about one draft)
    session: Session,
    *,
    user_id: int,
    surface: Surface | Place,
    text: str,
    secret_keys: SecretKeys,
    previous: str | None = None,
    read_anyway: bool = False,
    rules_on: Collection[str] = (),
) -> dict[str, Any]:
    """The assessment as JSON-ready data. ``comparison`` compares ``previous`` (a) with ``text`` (b); None without
    ``previous``. ``read_anyway`` is recorded nowhere. ``rules_on``: rules to apply even if the rep turned them off."""
    if surface == "long-form" or surface == "other-post" or surface == "other-comment":  # noqa: PLR1714 (narrows the type)
        return _assess_elsewhere(session, user_id=user_id, place=surface, text=text, previous=previous, read_anyway=read_anyway)
    coach = champion_coach(session)
    trade_words = tuple(get_organisation(session).trade_words)
    rules_off = rule_scopes.off_on(get_preference(session, user_id=user_id).rules_off, surface).difference(rules_on)

    def work() -> dict[str, Any]:
        check_draft(surface, text)
        if previous is not None:
            check_draft(surface, previous, field="previous")
        near_copy = repeats_shared_text(session, text, user_id=user_id, until=now(), secret_keys=secret_keys)
        draft = Draft(surface, text, near_copy=near_copy, read_anyway=read_anyway, trade_words=trade_words)
        assessed = coach.assess(draft, switched_off=rules_off)
        shadow.observe_draft(draft, assessed, switched_off=rules_off)
        assessment = assessed.to_json()
        assessment["comparison"] = None if previous is None else coach.compare(surface, previous, text).to_json()
        return assessment

    return run_coach(work, user_id=user_id, label=surface, texts=(text, previous or ""))


def _assess_elsewhere(
    session: Session, *, user_id: int, place: Place, text: str, previous: str | None, read_anyway: bool
) -> dict[str, Any]:
    if previous is not None:
        raise field_problem("previous", "must be left out where no study compares wordings: articles and other sites")
    coach = champion_coach(session)
    trade_words = tuple(get_organisation(session).trade_words)
    rules_off = rule_scopes.off_on(get_preference(session, user_id=user_id).rules_off, place)

    def work() -> dict[str, Any]:
        assessed = assess_elsewhere(
            coach, place, text, read_anyway=read_anyway, trade_words=trade_words, switched_off=rules_off
        )
        return assessed.to_json() | {"surface": place, "comparison": None}

    return run_coach(work, user_id=user_id, label=NEAREST[place], texts=(text,))


def assess_profile(
    session: Session, *, user_id: int, surface: Surface, sections: dict[str, str | list[str] | None]
) -> dict[str, Any]:
    coach = champion_coach(session)
    rules_off = rule_scopes.off_on(get_preference(session, user_id=user_id).rules_off, surface)
    frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in sections.items()}
    texts = tuple(text for value in sections.values() for text in (value if isinstance(value, list) else [value or ""]))

    def work() -> dict[str, Any]:
        return coach.assess(Profile(surface, frozen), switched_off=rules_off).to_json()

    return run_coach(work, user_id=user_id, label=surface, texts=texts)


def compare(session: Session, *, user_id: int, surface: Surface, a: str, b: str) -> dict[str, Any]:
    coach = champion_coach(session)
    return run_coach(lambda: coach.compare(surface, a, b).to_json(), user_id=user_id, label=surface, texts=(a, b))


def information_rules(session: Session) -> frozenset[str]:
    """The rules whose tips are for information: they do not change the score."""
    return frozenset(rule["id"] for rule in get_champion(session).rules if rule["severity"] == "tip" and not rule["points"])


# --- preferences ------------------------------------------------------------------------------------------------------


def get_preference(session: Session, *, user_id: int) -> CoachPreference:
    """The rep's preferences, or the organisation's defaults."""
    return queries.find_preference(session, user_id=user_id) or _default_preference(session, user_id=user_id)


@dataclass(frozen=True, slots=True)
class TurnedOff:
    """``rule`` as in ``Scoring.rules``, and the surface on which it is off; ``None`` if it is off everywhere."""

    entry: str
    rule: dict[str, Any]
    surface: str | None


def rules_off(session: Session, *, user_id: int) -> Sequence[TurnedOff]:
    """What the rep turned off, in the order of the rules; without rules that no longer exist."""
    rules = {rule["id"]: rule for rule in get_champion(session).rules}
    order = list(rules)
    known = [entry for entry in get_preference(session, user_id=user_id).rules_off if rule_scopes.is_known(entry, rules=rules)]
    known.sort(key=lambda entry: (order.index(rule_scopes.rule_of(entry)), entry))
    return [TurnedOff(entry, rules[rule_scopes.rule_of(entry)], rule_scopes.surface_of(entry)) for entry in known]


def change_preference(
    session: Session,
    *,
    user_id: int,
    share_choice: str | None = None,
    rules_off: Sequence[str] | None = None,
    wording_help: bool | None = None,
) -> CoachPreference:
    """Changes the given preferences and keeps the others."""
    if share_choice is not None and share_choice not in SHARE_CHOICES:
        raise field_problem("share_choice", f"must be one of {', '.join(SHARE_CHOICES)}")
    if rules_off is not None:
        rules = _rule_ids(session)
        if not all(rule_scopes.is_known(entry, rules=rules) for entry in rules_off):
            raise field_problem("rules_off", "names a rule or a surface that does not exist")
    preference = _own_preference(session, user_id=user_id)
    if share_choice is not None:
        preference.share_choice = share_choice
    if rules_off is not None:
        preference.rules_off = sorted(set(rules_off))
    if wording_help is not None:
        preference.wording_help = wording_help
    preference.changed_at = now()
    session.flush()
    return preference


def ignore_tip(session: Session, *, user_id: int, rule: str) -> None:
    """Records that the rep ignored a tip of ``rule``; further reports change nothing."""
    if rule not in _rule_ids(session):
        raise field_problem("ignored_rule", "names a rule that does not exist")
    preference = change_preference(session, user_id=user_id)
    preference.rules_ignored = sorted({*preference.rules_ignored, rule})
    session.flush()


def turn_rule_off(session: Session, *, user_id: int, entry: str) -> CoachPreference:
    """``entry`` as in ``rule_scopes``: a rule, or a rule on one surface."""
    return change_preference(
        session, user_id=user_id, rules_off=rule_scopes.with_entry(_known_entries(session, user_id=user_id), entry)
    )


def turn_rule_on(session: Session, *, user_id: int, entry: str) -> CoachPreference:
    return change_preference(
        session, user_id=user_id, rules_off=rule_scopes.without_entry(_known_entries(session, user_id=user_id), entry)
    )


def _known_entries(session: Session, *, user_id: int) -> list[str]:
    """What the rep turned off, without rules of an earlier release that no longer exist."""
    rules = _rule_ids(session)
    entries = get_preference(session, user_id=user_id).rules_off
    return [entry for entry in entries if rule_scopes.is_known(entry, rules=rules)]


def _rule_ids(session: Session) -> set[str]:
    return {rule["id"] for rule in get_champion(session).rules}


def _own_preference(session: Session, *, user_id: int) -> CoachPreference:
    """The rep's row, created if there is none and locked until the transaction ends."""
    insert_if_absent(
        session,
        CoachPreference,
        user_id=user_id,
        share_choice=get_organisation(session).default_share_choice,
        rules_off=[],
        rules_ignored=[],
        wording_help=True,
        changed_at=now(),
    )
    return queries.preference_for_update(session, user_id=user_id)


def _default_preference(session: Session, *, user_id: int) -> CoachPreference:
    choice = get_organisation(session).default_share_choice
    return CoachPreference(user_id=user_id, share_choice=choice, rules_off=[], rules_ignored=[], wording_help=True)


# --- the signed-in user -----------------------------------------------------------------------------------------------


def me(session: Session, *, identity: Identity) -> dict[str, Any]:
    """The user, the organisation and the user's choices, as ``MeOut``."""
    organisation = get_organisation(session)
    preference = get_preference(session, user_id=identity.user_id)
    version = organisation.notice_version
    wording_help = get_choice(session)
    return {
        "user": {"name": identity.name, "email": identity.email, "role": identity.role},
        "organisation": {
            "name": organisation.name,
            "quiet_required": organisation.quiet_required,
            "trade_words": organisation.trade_words,
            "sites": organisation.coached_sites,
        },
        "notice": {
            "version": version,
            "acknowledged": has_acknowledged(session, user_id=identity.user_id, notice_version=version),
        },
        "share_choice": preference.share_choice,
        "rules_off": list(preference.rules_off),
        "wording_help": {
            "mode": wording_help.mode,
            "company": wording_help.company,
            "is_on": preference.wording_help,
        },
    }


def account_version(session: Session, *, identity: Identity) -> str:
    """A hash of ``me``, sent with every assessment: a browser that has cached ``me`` notices that it is out of date."""
    content = json.dumps(me(session, identity=identity), sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


# --- rules that reps reject -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rejections:
    """How many active users turned a rule off anywhere, and how many ignored a tip of it without turning it off. Rounded down
    to a multiple of ``MIN_GROUP_SIZE``, so that nobody can be identified."""

    turned_off: int
    ignored: int


def rule_rejections(session: Session) -> dict[str, Rejections]:
    """Rejections by rule, the most turned off first; only rules with at least ``MIN_GROUP_SIZE`` of either kind."""
    rows = queries.rejected_rules_of_active_users(session)
    # A person counts once for a rule, wherever they turned it off.
    people = [({rule_scopes.rule_of(entry) for entry in entries}, rules_ignored) for entries, rules_ignored in rows]
    turned_off = Counter(rule for rules, _ in people for rule in rules)
    ignored = Counter(rule for rules, rules_ignored in people for rule in rules_ignored if rule not in rules)
    counts = {
        rule: Rejections(_round_down(turned_off[rule]), _round_down(ignored[rule])) for rule in turned_off.keys() | ignored
    }
    reported = [(rule, count) for rule, count in counts.items() if count.turned_off or count.ignored]
    return dict(sorted(reported, key=lambda pair: (-pair[1].turned_off, -pair[1].ignored, pair[0])))


def _round_down(count: int) -> int:
    return count // MIN_GROUP_SIZE * MIN_GROUP_SIZE
