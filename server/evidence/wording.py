"""What may be said about a result (rules S1 to S8): "associated with", never that one brings about the other, and in place of a
number that the data cannot carry, why."""

from __future__ import annotations

from dataclasses import dataclass

from server.core.formats import number
from server.evidence import limits
from server.evidence.report import Estimate, Result, percent
from server.people.models import Metric

NOT_YET = "Your data cannot answer this yet"
#: Why no number is shown: a title and a sentence, with values of ``_values``.
REFUSALS = {
    "no-rows": (
        NOT_YET,
        "There is no week of which both the {outcomes} and the items shared {lag} before are known. It takes {min_weeks}.",
    ),
    "no-items": (NOT_YET, "Nobody shared an item that counts in these weeks, so there is nothing to compare."),
    "no-outcomes": (
        NOT_YET,
        "No {outcomes} were recorded in these weeks: all numbers are zero. If there were some, check the import.",
    ),
    "few-reps": (NOT_YET, "It takes at least {min_reps} reps to tell an association from chance; there are {reps}."),
    "few-weeks": (
        NOT_YET,
        "It takes at least {min_weeks} weeks, besides the {lag} from an item to the outcome; there {weeks_are}.",
    ),
    "no-variation": (
        "Your data cannot answer this",
        "Every rep shared the same number of items in each week, so no week can be compared with another.",
    ),
    "few-sharers": (
        NOT_YET,
        "It takes at least {min_reps} reps who shared more in some weeks than in others; there are {sharers}.",
    ),
    "few-teams": (
        "Your data cannot answer this by team",
        "It takes at least {min_reps} teams; there {teams_are}. If each rep decides about social work alone, choose that.",
    ),
    "few-rows": (NOT_YET, "It takes at least {min_rows} rows, each a week of a rep; there are {rows}."),
    "separation": (
        "Your data cannot answer this",
        "After leaving out reps and weeks without any {outcomes}, nothing is left to compare.",
    ),
    "cannot-tell": (
        "Your numbers cannot tell",
        "Even if one more shared item in a week went with {detectable}% more {outcomes}, this would probably not show.",
    ),
}
#: Why a run failed, by code.
PROBLEMS = {
    "missing-package": "The statistics packages are not installed where background jobs run.",
    "no-panel": "No whole week of anything is recorded yet.",
    "convergence": "The model did not settle on a number. That happens when very few records carry everything; try an outcome "
    "that is more frequent.",
    "singular": "The model could not be fitted, because its inputs say the same thing. Try without other metrics as controls.",
    "bad-panel": "The panel could not be read: a week of a rep was there twice, or a column was missing.",
}
INSTALL_COMMAND = "python -m pip install --require-hashes -r requirements-evidence.txt"


@dataclass(frozen=True, slots=True)
class Answer:
    """``kind``: ``refused``, ``none``, ``associated``, or ``doubtful`` if an alarm speaks against it. ``sentence``: what a
    manager can repeat. ``addition``: how far it goes."""

    kind: str
    title: str
    sentence: str
    addition: str = ""


def answer(result: Result, metric: Metric | None) -> Answer:
    values = _values(result, metric)
    if result.refusal is not None or result.estimate is None:
        title, sentence = REFUSALS[result.refusal or "no-rows"]
        return Answer("refused", title, sentence.format(**values), _smallest(result, values))
    size = _only_large(result)
    if not result.estimate.excludes_zero:
        return Answer(
            "none",
            "No association shown",
            "Your numbers show no association between shared items and {outcomes} {lag} later. One of {detectable}% or more "
            "for each item would probably have shown.".format(**values),
            _join(size, "A smaller one may be there all the same."),
        )
    numbers = "{effect} {outcomes} {lag} later (95% interval {interval})"
    # Without numbers, so that nobody can repeat them without the doubt.
    more = "In your numbers, weeks with more shared items are associated with {direction} {outcomes} {lag} later, but"
    if result.placebo_alarm:
        return Answer(
            "doubtful",
            "An association that these numbers cannot explain",
            f"{more} {{placebo_direction}} {{lag}} before, which the items cannot have changed.".format(**values),
            _join(
                f"For one more item in a week: {numbers}, and {{placebo}} {{lag}} before.".format(**values),
                size,
                "Something else may lie behind both. A trial can tell, these numbers cannot.",
            ),
        )
    if result.one_alarm:
        return Answer(
            "doubtful",
            "An association that hangs on one {unit}".format(**values),
            f"{more} without one of the {{units}}, it would not show.".format(**values),
            _join(f"For one more item in a week, with all {{units}}: {numbers}.".format(**values), size),
        )
    return Answer(
        "associated",
        "An association",
        f"In your numbers, one more shared item in a week is associated with {numbers}.".format(**values),
        _join(size, "An association is not a proof: whoever has a good month may do more of everything."),
    )


def change(coefficient: float) -> str:
    """``4.2% more``."""
    value = percent(coefficient)
    return f"{_digits(abs(value))}% {'fewer' if value < 0 else 'more'}"


def _direction(estimate: Estimate) -> str:
    return "fewer" if estimate.coefficient < 0 else "more"


def interval(estimate: Estimate) -> str:
    return f"{signed_percent(estimate.low)} to {signed_percent(estimate.high)}"


def signed_percent(coefficient: float) -> str:
    value = percent(coefficient)
    return f"{'−' if value < 0 else '+'}{_digits(abs(value))}%"


def weeks(count: int) -> str:
    words = (
        "the same week",
        "one week",
        "two weeks",
        "three weeks",
        "four weeks",
        "five weeks",
        "six weeks",
        "seven weeks",
        "eight weeks",
    )
    return words[count] if count < len(words) else f"{count} weeks"


def people(count: int) -> str:
    """A number of people, unless it is too small to be shown."""
    if count == 0:
        return "none"
    return f"fewer than {limits.MIN_PEOPLE}" if count < limits.MIN_PEOPLE else str(count)


def _digits(value: float) -> str:
    if value >= 10:
        return number(round(value))
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _values(result: Result, metric: Metric | None) -> dict[str, str]:
    counts, estimate, placebo = result.counts, result.estimate, result.placebo
    teams, weeks_compared = counts.get("teams", 0), counts.get("weeks", 0)
    return {
        "outcomes": metric.plural if metric else result.settings.outcome,
        "lag": weeks(result.settings.lag),
        "reps": people(counts.get("reps", 0)),
        "sharers": people(counts.get("sharers", 0)),
        "weeks_are": "is one" if weeks_compared == 1 else f"are {weeks_compared}",
        "rows": str(counts.get("rows", 0)),
        "teams_are": "is one" if teams == 1 else f"are {teams}",
        "unit": result.settings.cluster,
        "units": f"{result.settings.cluster}s",
        "min_reps": str(limits.MIN_REPS),
        "min_weeks": str(limits.MIN_WEEKS),
        "min_rows": str(limits.MIN_ROWS),
        "detectable": _digits(percent(result.detectable)) if result.detectable is not None else "",
        "effect": change(estimate.coefficient) if estimate else "",
        "interval": interval(estimate) if estimate else "",
        "direction": _direction(estimate) if estimate else "",
        "placebo": change(placebo.coefficient) if placebo else "",
        "placebo_direction": _placebo_direction(result),
    }


def _placebo_direction(result: Result) -> str:
    if result.estimate is None or result.placebo is None:
        return ""
    direction = _direction(result.placebo)
    return "also" if direction == _direction(result.estimate) else f"with {direction}"


def _smallest(result: Result, values: dict[str, str]) -> str:
    """Beside a refusal; "cannot tell" names it already."""
    if result.detectable is None or result.refusal == "cannot-tell":
        return ""
    smallest = "The smallest association that your data would probably show now is {detectable}% more {outcomes} for each item."
    return smallest.format(**values)


def _only_large(result: Result) -> str:
    reps = result.counts.get("reps", 0)
    return f"With {reps} reps, only large effects are visible." if reps < limits.MANY_REPS else ""


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
