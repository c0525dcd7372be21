"""Describes a ledger entry in one sentence whose arithmetic anybody can check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.core.labels import band_label, kind_label
from server.credit.models import LedgerEntry

CHECK_LABELS = {"passed": "Checks passed", "remarks": "Checks found problems"}


def entry_sentence(entry: LedgerEntry) -> str:
    if entry.reverses_id is not None:
        return f"{kind_label(entry.arithmetic['kind'])}: points taken back"
    if entry.reason_code == "decided":
        return f"{earning_sentence(entry.arithmetic)} (decided by a person)"
    return earning_sentence(entry.arithmetic)


def earning_sentence(arithmetic: Mapping[str, Any]) -> str:
    """For example "Post · Good · 3rd of the week: 10 x 1.5 x 0.8 = 12"."""
    facts = [kind_label(arithmetic["kind"])]
    if arithmetic["mode"] == "stated":
        return f"{facts[0]}: set to {arithmetic['points']} within the weekly limits"
    if not arithmetic["kind_cap"]:
        return f"{facts[0]}: no points, because this kind of item earns none."
    if arithmetic["mode"] == "not-judged" and not arithmetic["points"]:
        return f"{facts[0]}: no points, because the coach could not judge it. It needs a few words in English."
    words, minimum = arithmetic.get("words"), arithmetic.get("minimum_words")
    if minimum is not None and words is not None and words < minimum:
        return f"{facts[0]}: no points, because it has {count(words, 'word')}. It needs at least {minimum}."
    if arithmetic["mode"] == "bands":
        facts.append(band_label(arithmetic["band"]))
    elif arithmetic["mode"] == "checks":
        facts.append(CHECK_LABELS[arithmetic["checks"]])
    facts.append(f"{ordinal(arithmetic['nth'])} of the week")
    factors = [str(arithmetic["base"]), factor(arithmetic["band_percent"]), factor(arithmetic["repetition_percent"])]
    sentence = f"{' · '.join(facts)}: {' x '.join(factors)} = {arithmetic['before_cap']}"
    product = arithmetic["base"] * arithmetic["band_percent"] * arithmetic["repetition_percent"]
    if product % 10_000:
        sentence += ", rounded down"
    if arithmetic["points"] < arithmetic["before_cap"]:
        sentence += f"; capped at {arithmetic['points']} by {_limit(arithmetic)}"
    return sentence


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def ordinal(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _limit(arithmetic: Mapping[str, Any]) -> str:
    left_for_kind = arithmetic["kind_cap"] - arithmetic["kind_total_before"]
    left_for_week = arithmetic["week_cap"] - arithmetic["week_total_before"]
    if left_for_kind <= left_for_week:
        return f"the weekly limit of {arithmetic['kind_cap']} for this kind"
    return f"the weekly limit of {arithmetic['week_cap']}"


def factor(percent: int) -> str:
    """150 percent as 1.5, 100 as 1."""
    return f"{percent / 100:.2f}".rstrip("0").rstrip(".")
