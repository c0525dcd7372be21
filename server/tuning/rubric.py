"""The rubric in the draft: weights, what counts more or less on a surface, bands, and the costs of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from nlp import Scoring
from nlp.model import BANDS, DRAFT_DIMENSIONS, DRAFT_SURFACES, PROFILE_DIMENSIONS, PROFILE_SURFACES
from nlp.quality import ceilings
from nlp.quality.rubric import readable
from nlp.quality.rubric_settings import Banded, RubricSettings
from server.audit import operations as audit
from server.core.identity import Identity
from server.core.labels import band_label, dimension_label
from server.core.problems import Problem
from server.tuning.champion import get_champion
from server.tuning.models import DraftRubric, DraftRule
from server.tuning.rubric_keys import as_keys, from_keys
from server.tuning.rules import set_rule

MAX_WEIGHT, MAX_PERCENT, MAX_SCORE = 100, 300, 100
MAX_POINTS = 20.0
GROUPS: Mapping[Banded, tuple[str, ...]] = {"drafts": DRAFT_DIMENSIONS, "profiles": PROFILE_DIMENSIONS}
GROUP_LABELS: Mapping[Banded, str] = {"drafts": "Drafts", "profiles": "Profiles"}
#: A text that a ceiling holds down (words in no order, advertising) must stay below every band but the lowest.
LOWEST_FAIR: Mapping[Banded, int] = {"drafts": ceilings.SCORE + 1, "profiles": 1}
#: Surfaces that can weigh a dimension more or less than the others. The weights themselves are those of posts on LinkedIn.
MAIN_SURFACES = {DRAFT_SURFACES[0], PROFILE_SURFACES[0]}
EMPHASISED = tuple(surface for surface in (*DRAFT_SURFACES, *PROFILE_SURFACES) if surface not in MAIN_SURFACES)
#: Changes that an entry of the audit log lists; the version itself shows all of them.
MAX_AUDITED = 30


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of the rubric. ``key`` names it in forms and in the draft. ``value``: in the draft; ``now``: in the active
    version."""

    key: str
    label: str
    lowest: float
    highest: float
    value: float
    now: float


@dataclass(frozen=True, slots=True)
class Rubric:
    """All settings, as the page groups them. ``points``: by dimension."""

    weights: Mapping[Banded, tuple[Setting, ...]]
    emphasis: Mapping[str, tuple[Setting, ...]]
    bands: Mapping[Banded, tuple[Setting, ...]]
    points: Mapping[str, tuple[Setting, ...]]

    def __iter__(self) -> Iterator[Setting]:
        for groups in (self.weights, self.emphasis, self.bands, self.points):
            for settings in groups.values():
                yield from settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks for. ``points``: rule to the cost of one finding."""

    settings: RubricSettings
    points: Mapping[str, float]


def list_settings(session: Session, draft: Scoring) -> Rubric:
    """``draft``: the scoring of the draft."""
    champion = get_champion(session)
    now, after = _numbers(champion), _numbers(draft)

    def setting(key: str, label: str, lowest: int, highest: int) -> Setting:
        return Setting(key, label, lowest, highest, after[key], now[key])

    costs = {rule["id"]: rule["points"] for rule in champion.rules}
    points: dict[str, list[Setting]] = {}
    for rule in sorted(draft.rules, key=lambda rule: str(rule["id"])):
        own = Setting(
            f"points.{rule['id']}", readable(rule["id"]), 0, MAX_POINTS, rule["points"], costs.get(rule["id"], rule["points"])
        )
        points.setdefault(rule["dimension"], []).append(own)
    order = ("safety", *DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS)
    return Rubric(
        weights={
            group: tuple(setting(f"weight.{name}", dimension_label(name), 0, MAX_WEIGHT) for name in names)
            for group, names in GROUPS.items()
        },
        emphasis={
            surface: tuple(
                setting(f"emphasis.{surface}.{name}", dimension_label(name), 0, MAX_PERCENT) for name in GROUPS[_group(surface)]
            )
            for surface in EMPHASISED
        },
        bands={
            group: tuple(
                setting(f"band.{group}.{band}", band_label(band), LOWEST_FAIR[group] + place, MAX_SCORE - 2 + place)
                for place, band in enumerate(BANDS[1:])
            )
            for group in GROUPS
        },
        points={name: tuple(points[name]) for name in order if name in points},
    )


def read_form(rubric: Rubric, form: Mapping[str, str]) -> Wanted:
    """What differs from the active version; fields that the form lacks stay as they are in the draft. 422 with each field that
    is wrong, and its limits."""
    values: dict[str, float] = {}
    errors: list[dict[str, Any]] = []
    for setting in rubric:
        text = form.get(setting.key, "").strip() if setting.key in form else f"{setting.value:g}"
        try:
            values[setting.key] = _number(setting, text)
        except ValueError as error:
            errors.append({"field": setting.key, "message": str(error), "limit": setting.highest})
    if not errors:
        errors += _contradictions(rubric, values)
    if errors:
        raise Problem(422, "invalid-field", f"{errors[0]['field']}: {errors[0]['message']}", errors=errors)
    now = {setting.key: setting.now for setting in rubric}
    costs = {key.removeprefix("points."): value for key, value in values.items() if key.startswith("points.")}
    changed = {key: int(value) for key, value in values.items() if value != now[key] and not key.startswith("points.")}
    # Bands are kept together, so that those of another version cannot come between them.
    for group in GROUPS:
        if any(key.startswith(f"band.{group}.") for key in changed):
            changed |= {setting.key: int(values[setting.key]) for setting in rubric.bands[group]}
    return Wanted(from_keys(changed), {rule: cost for rule, cost in costs.items() if cost != now[f"points.{rule}"]})


def change_rubric(session: Session, *, editor: Identity, rubric: Rubric, wanted: Wanted) -> int:
    """Puts what is wanted into the draft. Returns how many numbers changed; the same again changes none."""
    before = {setting.key: setting.value for setting in rubric}
    points = {f"points.{rule}": cost for rule, cost in wanted.points.items()}
    after = {setting.key: setting.now for setting in rubric} | as_keys(wanted.settings) | points
    changed = {key: (before[key], value) for key, value in after.items() if value != before[key]}
    if not changed:
        return 0
    session.execute(delete(DraftRubric))
    session.add_all(DraftRubric(key=key, value=value) for key, value in as_keys(wanted.settings).items())
    for key, (_, cost) in changed.items():
        if key.startswith("points."):
            _set_points(session, key.removeprefix("points."), cost)
    session.flush()
    audit.record(
        session,
        action="rubric.changed",
        object_type="rubric",
        object_id="draft",
        actor=editor,
        changes={key: (f"{old:g}", f"{new:g}") for key, (old, new) in sorted(changed.items())[:MAX_AUDITED]},
    )
    return len(changed)


def _set_points(session: Session, rule: str, cost: float) -> None:
    row = session.get(DraftRule, rule, with_for_update=True)
    known = next((known["points"] for known in get_champion(session).rules if known["id"] == rule), None)
    if row is not None and cost == known:
        # As in the active version, also in a later one.
        row.setting = {name: value for name, value in row.setting.items() if name != "points"}
        if not row.setting:
            session.delete(row)
    else:
        set_rule(session, rule, {"points": cost})


def _group(surface: str) -> Banded:
    return "profiles" if surface in PROFILE_SURFACES else "drafts"


def _number(setting: Setting, text: str) -> float:
    is_cost = setting.key.startswith("points.")
    limits = f"from {setting.lowest:g} to {setting.highest:g}"
    try:
        value = float(text) if is_cost else float(int(text))
    except ValueError:
        raise ValueError(f"must be a {'' if is_cost else 'whole '}number {limits}") from None
    if not setting.lowest <= value <= setting.highest:
        raise ValueError(f"must be {limits}")
    if is_cost and round(value, 1) != value:
        raise ValueError(f"must be {limits} in steps of 0.1")
    return value


def _contradictions(rubric: Rubric, values: Mapping[str, float]) -> Iterator[dict[str, Any]]:
    for settings in rubric.weights.values():
        if not any(values[setting.key] for setting in settings):
            yield {"field": settings[0].key, "message": "must be above 0, or another weight in this list", "limit": MAX_WEIGHT}
    for surface, settings in rubric.emphasis.items():
        names = GROUPS[_group(surface)]
        if not any(values[setting.key] * values[f"weight.{name}"] for setting, name in zip(settings, names, strict=True)):
            yield {"field": settings[0].key, "message": "must be above 0, or another one with a weight", "limit": MAX_PERCENT}
    for settings in rubric.bands.values():
        for lower, higher in pairwise(settings):
            if values[higher.key] <= values[lower.key]:
                message = f"must be above {values[lower.key]:g}, where {lower.label} begins"
                yield {"field": higher.key, "message": message, "limit": values[lower.key]}


def _numbers(scoring: Scoring) -> dict[str, int]:
    """Every setting but the costs, by key."""
    emphasis = scoring.emphasis
    numbers = {f"weight.{name}": weight for name, weight in scoring.weights.items()}
    for surface in EMPHASISED:
        for name in GROUPS[_group(surface)]:
            numbers[f"emphasis.{surface}.{name}"] = emphasis.get(surface, {}).get(name, 100)
    for group, surface in (("drafts", DRAFT_SURFACES[0]), ("profiles", PROFILE_SURFACES[0])):
        for band, lowest in zip(BANDS[1:], scoring.rubric(surface).bands, strict=True):
            numbers[f"band.{group}.{band}"] = lowest
    return numbers
