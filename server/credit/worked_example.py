"""The formula with numbers, for people who check it with a pencil: one item step by step, and an example week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.core.labels import band_label, kind_label
from server.credit.formula import Policy, Quality, compute_points
from server.credit.modes import OrganisationMode
from server.credit.sentences import CHECK_LABELS, earning_sentence, factor, ordinal

#: Qualities of the items of the example, in each mode.
_QUALITIES: dict[OrganisationMode, tuple[Quality, ...]] = {
    "bands": tuple(Quality("bands", band=band) for band in ("good", "fair", "strong", "good", "needs-work", "good")),
    "checks": tuple(Quality("checks", checks_passed=passed) for passed in (True, False, True, True, False, True)),
    "blind": (Quality("blind"),) * 6,
}
NOT_JUDGED = Quality("not-judged")
#: Items of the two kinds with the highest base.
_FIRST_KIND_ITEMS, _SECOND_KIND_ITEMS = 4, 2


@dataclass(frozen=True, slots=True)
class ExampleItem:
    """``week_total``: of the example week, with this item."""

    sentence: str
    points: int
    week_total: int


def example_week(policy: Policy, mode: OrganisationMode) -> tuple[ExampleItem, ...]:
    """Items of the best-paid kinds, one that cannot be judged, one that is too short if there is a minimum, and the withdrawal
    of the first."""
    kinds = sorted(policy.base, key=lambda kind: -policy.base[kind])
    shared = [kinds[0]] * _FIRST_KIND_ITEMS + kinds[1:2] * _SECOND_KIND_ITEMS
    items: list[tuple[str, Quality, int | None]] = [
        (kind, quality, None) for kind, quality in zip(shared, _QUALITIES[mode], strict=False)
    ]
    items.append((kinds[0], NOT_JUDGED, None))
    if policy.minimum_words:
        kind = next(kind for kind in kinds if kind in policy.minimum_words)
        items.append((kind, _QUALITIES[mode][0], policy.minimum_words[kind] - 1))
    rows: list[ExampleItem] = []
    totals, earning = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0)
    for kind, quality, words in items:
        arithmetic = compute_points(
            policy,
            kind=kind,
            quality=quality,
            nth=earning[kind] + 1,
            kind_total_before=totals[kind],
            week_total_before=sum(totals.values()),
            words=words,
        )
        points = arithmetic["points"]
        totals[kind] += points
        earning[kind] += points > 0
        rows.append(ExampleItem(earning_sentence(arithmetic), points, sum(totals.values())))
    taken_back = rows[0].points
    rows.append(
        ExampleItem(
            f"{kind_label(kinds[0])}: withdrawn, its points are taken back", -taken_back, rows[-1].week_total - taken_back
        )
    )
    return tuple(rows)


def steps(arithmetic: Mapping[str, Any]) -> tuple[str, ...]:
    """The calculation of one item that earns, a line for each operation."""
    kind, base = kind_label(arithmetic["kind"]).lower(), Decimal(arithmetic["base"])
    product = base * arithmetic["band_percent"] / 100
    quality = {
        "bands": f"for {band_label(arithmetic['band'])}",
        "checks": f"for {CHECK_LABELS.get(arithmetic['checks'], '').lower()}",
        "blind": "for every item that can be judged",
        "not-judged": "for what cannot be judged",
    }[arithmetic["mode"]]
    result = product * arithmetic["repetition_percent"] / 100
    nth, repetition = ordinal(arithmetic["nth"]), factor(arithmetic["repetition_percent"])
    left_of_kind = max(0, arithmetic["kind_cap"] - arithmetic["kind_total_before"])
    left_of_week = max(0, arithmetic["week_cap"] - arithmetic["week_total_before"])
    return (
        f"Base of this kind ({kind}): {base}",
        f"{base} x {factor(arithmetic['band_percent'])} {quality} = {_plain(product)}",
        f"{_plain(product)} x {repetition} for the {nth} of the week = {_plain(result)}",
        f"Rounded down to whole points: {arithmetic['before_cap']}",
        f"Left of the kind's weekly limit: {arithmetic['kind_cap']} - {arithmetic['kind_total_before']} = {left_of_kind}",
        f"Left of the weekly limit: {arithmetic['week_cap']} - {arithmetic['week_total_before']} = {left_of_week}",
        f"The smallest of these three numbers: {arithmetic['points']}",
    )


def _plain(number: Decimal) -> str:
    """Without trailing zeros: ``13.5``, ``12``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
