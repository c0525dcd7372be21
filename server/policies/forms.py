"""Reads the form of a policy. Every field that is wrong is named with its limit, and what was typed is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from nlp.model import BANDS
from server.core.kinds import SOCIAL_KINDS
from server.core.labels import band_label, kind_label
from server.credit.formula import CHECK_OUTCOMES, Policy
from server.credit.sentences import CHECK_LABELS, factor

MAX_POINTS = 1_000
MAX_FACTOR = 10
MAX_WORDS = 200
MAX_REPEATS = 20
APPEAL_DAYS = (7, 90)
COPY_DAYS = (1, 1_100)
MAX_COMMENTS = 50
MAX_NOTE_LENGTH = 500
_FACTOR = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
#: Starting numbers for a kind that is switched on.
DEFAULT_BASE, DEFAULT_CAP = 5, 20


@dataclass(slots=True)
class PolicyForm:
    """``values``: the fields as typed. ``errors``: by field. ``labels``: of the fields with errors."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


def form_of(policy: Policy, *, start: date, note: str = "") -> PolicyForm:
    """The form that leaves a policy as it is, apart from its start."""
    values = {
        "note": note,
        "effective_from": start.isoformat(),
        "blind": factor(policy.blind_percent),
        "repetition": ", ".join(map(factor, policy.repetition_percent)),
        "week_cap": str(policy.week_cap),
        "appeal_days": str(policy.appeal_days),
        "copy_days": str(policy.copy_days),
        "comments_per_post": _number_or_empty(policy.comments_per_post),
        "comments_to_colleagues": _number_or_empty(policy.comments_to_colleagues),
    }
    values |= {f"band-{band}": factor(percent) for band, percent in policy.band_percent.items()}
    values |= {f"checks-{outcome}": factor(percent) for outcome, percent in policy.checks_percent.items()}
    for kind in SOCIAL_KINDS:
        if kind in policy.base:
            values[f"on-{kind}"] = "yes"
        values[f"base-{kind}"] = str(policy.base.get(kind, DEFAULT_BASE))
        values[f"cap-{kind}"] = str(policy.kind_cap.get(kind, DEFAULT_CAP))
        values[f"words-{kind}"] = str(policy.minimum_words.get(kind, ""))
    return PolicyForm(values)


def read_policy(form: Mapping[str, str], replaced: Policy) -> tuple[PolicyForm, Policy | None]:
    """The form and the policy, None if anything is wrong. Its name and version are those of ``replaced`` until it is saved, and
    so is all that the form has no field for."""
    read = _Reader(form)
    kinds = [kind for kind in SOCIAL_KINDS if form.get(f"on-{kind}")]
    if not kinds:
        read.fail("kinds", "Kinds", "must have at least one that earns points")
    base = {kind: read.number(f"base-{kind}", f"{kind_label(kind)}, base", 1, MAX_POINTS) for kind in kinds}
    caps = {kind: read.number(f"cap-{kind}", f"{kind_label(kind)}, weekly limit", 1, MAX_POINTS) for kind in kinds}
    words = {
        kind: read.number(f"words-{kind}", f"{kind_label(kind)}, minimum words", 1, MAX_WORDS)
        for kind in kinds
        if form.get(f"words-{kind}", "").strip()
    }
    bands = {band: read.factor(f"band-{band}", band_label(band)) for band in BANDS}
    for lower, higher in pairwise(BANDS):
        if bands[higher] < bands[lower]:
            read.fail(f"band-{higher}", band_label(higher), f"must not be below the factor of {band_label(lower)}")
    checks = {outcome: read.factor(f"checks-{outcome}", CHECK_LABELS[outcome]) for outcome in CHECK_OUTCOMES}
    if checks["passed"] < checks["remarks"]:
        read.fail("checks-passed", CHECK_LABELS["passed"], f"must not be below the factor of {CHECK_LABELS['remarks'].lower()}")
    blind = read.factor("blind", "Items that can be judged")
    repetition = read.repetition()
    week_cap = read.number("week_cap", "Weekly limit", 1, MAX_POINTS)
    appeal_days = read.number("appeal_days", "Days to contest points", *APPEAL_DAYS)
    copy_days = read.number("copy_days", "Days in which a copy earns nothing", *COPY_DAYS)
    per_post = read.optional_number("comments_per_post", "Comments under one post", 1, MAX_COMMENTS)
    to_colleagues = read.optional_number("comments_to_colleagues", "Comments under posts of colleagues", 0, MAX_COMMENTS)
    start = read.day("effective_from", "Starts on")
    note = read.note()
    if read.form.errors:
        return read.form, None
    # Whatever has no field here stays as it is.
    changes = {
        "effective_from": start,
        "words": note,
        "base": base,
        "band_percent": bands,
        # What cannot be judged earns nothing, in every mode (TRUST.md C6).
        "not_judged_percent": 0,
        "checks_percent": checks,
        "blind_percent": blind,
        "repetition_percent": repetition,
        "kind_cap": caps,
        "week_cap": week_cap,
        "minimum_words": words,
        "appeal_days": appeal_days,
        "copy_days": copy_days,
        "comments_per_post": per_post,
        "comments_to_colleagues": to_colleagues,
    }
    policy = Policy.model_validate(replaced.document() | changes)
    return read.form, policy


class _Reader:
    """Collects errors; a wrong field reads as a number that causes no others."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.form = PolicyForm(dict(form))

    def fail(self, name: str, label: str, message: str) -> None:
        self.form.errors.setdefault(name, f"This {message}.")
        self.form.labels.setdefault(name, label)

    def _text(self, name: str) -> str:
        return self.form.values.get(name, "").strip()

    def number(self, name: str, label: str, lowest: int, highest: int) -> int:
        text = self._text(name)
        if text.isascii() and text.isdecimal() and len(text) < 10 and lowest <= int(text) <= highest:
            return int(text)
        self.fail(name, label, f"must be a whole number from {lowest} to {highest}")
        return lowest

    def optional_number(self, name: str, label: str, lowest: int, highest: int) -> int | None:
        return self.number(name, label, lowest, highest) if self._text(name) else None

    def factor(self, name: str, label: str) -> int:
        percent = _percent(self._text(name))
        if percent is None:
            self.fail(name, label, f"must be a number from 0 to {MAX_FACTOR} with at most two decimals, such as 1.5")
        return percent or 0

    def repetition(self) -> tuple[int, ...]:
        parts = [part for part in self._text("repetition").replace(";", ",").split(",") if part.strip()]
        percents = [percent for percent in map(_percent, parts) if percent is not None]
        label = "Repeats"
        if len(percents) != len(parts) or not 1 <= len(parts) <= MAX_REPEATS:
            self.fail(
                "repetition", label,
                f"must be 1 to {MAX_REPEATS} numbers from 0 to {MAX_FACTOR}, separated by commas, such as 1, 0.9, 0.8",
            )  # fmt: skip
        elif not percents[0]:
            self.fail("repetition", label, "must begin with a number above 0, or nothing earns points")
        elif any(later >= earlier for earlier, later in pairwise(percents)):
            self.fail("repetition", label, "must fall from number to number: a later item earns less than the one before")
        return tuple(percents)

    def day(self, name: str, label: str) -> date:
        try:
            day = date.fromisoformat(self._text(name))
        except ValueError:
            self.fail(name, label, "must be one of the Mondays offered")
            return date.min
        if day.weekday():
            self.fail(name, label, "must be a Monday: a week is never split between two policies")
        return day

    def note(self) -> str:
        note = " ".join(self._text("note").split())
        if not 1 <= len(note) <= MAX_NOTE_LENGTH:
            self.fail("note", "What changes, and why", f"must have 1 to {MAX_NOTE_LENGTH} characters")
        return note


def _number_or_empty(number: int | None) -> str:
    return "" if number is None else str(number)


def _percent(text: str) -> int | None:
    """``1.5`` as 150; None for anything else than 0 to ``MAX_FACTOR`` with at most two decimals."""
    text = text.strip().replace(",", ".")
    if not _FACTOR.fullmatch(text):
        return None
    percent = int(Decimal(text) * 100)
    return percent if percent <= MAX_FACTOR * 100 else None
