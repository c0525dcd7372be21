"""The forms of a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from server.connections.operations import Plan
from server.core.problems import field_problem


def read_plan(form: Mapping[str, str], streams: Sequence[str]) -> Plan:
    """``metric-<stream>`` is the metric of a stream that is read, or empty. A day that cannot be read is None."""
    metrics = {key: form[f"metric-{key}"] for key in streams if form.get(f"metric-{key}")}
    try:
        since = date.fromisoformat(form.get("since", ""))
    except ValueError:
        since = None
    return Plan(metrics, form.get("detail", ""), form.get("schedule", ""), since)


def read_matches(owners: Sequence[str], people: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    """Fields come in pairs: ``owner``, and ``person``: an id, ``skip``, or empty to match by e-mail address."""
    found: dict[str, tuple[str, int | None]] = {}
    for owner, person in zip(owners, people, strict=False):
        if person in ("", "skip"):
            found[owner] = (person or "email", None)
        elif person.isdecimal() and len(person) < 19:
            found[owner] = ("person", int(person))
        else:
            raise field_problem("person", "is not in the organisation")
    return found
