"""The organisation's draft: its words, style packages, rule settings and rubric as the next version will have them.

Everything else of a version comes from the champion, so a draft never undoes what was activated in the meantime."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from nlp import Coach, Scoring, ScoringError
from nlp.quality import rescoring
from nlp.quality.rubric_settings import RubricSettings
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import Problem
from server.tuning import queries
from server.tuning.champion import get_champion
from server.tuning.models import DraftPackage, DraftRubric, DraftRule, DraftWord
from server.tuning.rated_texts import rated_drafts, rated_profiles
from server.tuning.rubric_keys import as_keys, from_keys
from server.tuning.words import fold, own_words

#: Of this process: administrators try one draft after another. By the champion and the draft's content.
MAX_DRAFTS = 4
_scorings: dict[tuple[str, str], Scoring] = {}
_coaches: dict[str, Coach] = {}


def draft_own(session: Session) -> dict[str, Any]:
    """The words and packages of the draft, in the form of ``Scoring.own``."""
    return {
        "words": own_words(queries.all_words(session)),
        "packages": {package.name: package.files for package in queries.all_packages(session)},
    }


def draft_rules(session: Session) -> dict[str, dict[str, Any]]:
    """The settings of rules in the draft, by rule id."""
    return {row.rule_id: row.setting for row in queries.all_rule_settings(session)}


def draft_settings(session: Session) -> RubricSettings:
    """The numbers of the rubric in the draft, as far as they were set."""
    return from_keys({row.key: row.value for row in queries.all_rubric_settings(session)})


def draft_scoring(session: Session) -> Scoring:
    """The champion with the draft. Settings of rules that no longer exist are left out. 422 if it cannot be used."""
    champion = get_champion(session)
    own, rules, settings = draft_own(session), draft_rules(session), draft_settings(session)
    key = (champion.version, json.dumps([own, rules, as_keys(settings)], sort_keys=True))
    scoring = _scorings.get(key)
    if scoring is None:
        scoring = _scoring_of(champion, own, rules, settings)
        if len(_scorings) >= MAX_DRAFTS:
            _scorings.clear()
        _scorings[key] = scoring
    return scoring


def draft_coach(session: Session) -> Coach:
    """The coach that uses the draft."""
    scoring = draft_scoring(session)
    coach = _coaches.get(scoring.version)
    if coach is None:
        if len(_coaches) >= MAX_DRAFTS:
            _coaches.clear()
        coach = _coaches[scoring.version] = Coach(scoring)
    return coach


def is_changed(session: Session) -> bool:
    """Whether the draft differs from the champion."""
    return draft_scoring(session).version != get_champion(session).version


def discard(session: Session, *, editor: Identity) -> None:
    """Makes the draft the same as the champion. 409 if it is already."""
    if not is_changed(session):
        raise Problem(409, "nothing-changed", "The draft is the same as the active version")
    champion = get_champion(session)
    for table in (DraftWord, DraftPackage, DraftRule, DraftRubric):
        session.execute(delete(table))
    own = champion.own
    session.add_all(DraftWord(**word, folded=fold(word["text"])) for word in own["words"])
    session.add_all(DraftPackage(name=name, files=files) for name, files in own["packages"].items())
    session.flush()
    session.expire_all()
    audit.record(session, action="draft.discarded", object_type="scoring-version", object_id=champion.version, actor=editor)


def _scoring_of(champion: Scoring, own: dict[str, Any], rules: dict[str, dict[str, Any]], settings: RubricSettings) -> Scoring:
    try:
        with_own = champion if own == champion.own else champion.changed(own=own)
        known = {rule["id"] for rule in with_own.rules}
        known_rules = {rule: setting for rule, setting in rules.items() if rule in known}
        with_rules = with_own.changed(rules=known_rules) if known_rules else with_own
        return with_rules.changed(settings=_with_precision(with_rules, settings)) if as_keys(settings) else with_rules
    except ScoringError as error:
        field, _, message = str(error).partition(": ")
        raise Problem(422, "draft-unusable", "The draft cannot be used", detail=f"{field}: {message}") from None


def _with_precision(scoring: Scoring, settings: RubricSettings) -> RubricSettings:
    """Reps read how often readers agreed with a band. Under another rubric that is another number."""
    rubrics = rescoring.rubrics(scoring, settings)
    return dataclasses.replace(
        settings,
        precision={
            "drafts": rated_drafts().band_precision(rubrics, scoring.is_on),
            "profiles": rated_profiles().band_precision(rubrics, scoring.is_on),
        },
    )
