"""What may be said about the result of a trial. "Caused" stands only here, and only if the interval excludes zero and the
checks pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

from server.core.formats import number
from server.trials.checks import MISMATCH_LEVEL
from server.trials.power import LARGEST_PLAUSIBLE, MANY_REPS
from server.trials.report import Report, percent

#: Names of what ``BalanceRow`` compares.
BALANCE_LABELS = {
    "outcome": "Outcome per week at work",
    "items": "Shared items per week at work",
    "at-work": "Weeks at work",
    "tenure": "Weeks since the first day",
}
NOT_FOR = (
    "Pay, bonuses or quotas of anybody.",
    "Ranking or judging single people: it says nothing about any one of them.",
    "What one post is worth, in deals or in money.",
    "Other companies, other times, or other kinds of social work than the one that was offered.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """``kind``: ``caused``, ``none``, ``cannot-tell`` or ``unusable``."""

    kind: str
    title: str
    sentence: str
    addition: str = ""


def change(share: float | None) -> str:
    """A share as "+18%"; "more than +1,000%" for None."""
    if share is None:
        return f"more than +{number(1000)}%"
    rounded = round(100 * share)
    return f"{'+' if rounded > 0 else ''}{number(rounded)}%"


def ratio(effect: float | None) -> str:
    """A log ratio as "+18%"."""
    return "not known" if effect is None else change(math.expm1(effect))


def interval(report: Report) -> str:
    low = "less than anything plausible" if report.low is None else ratio(report.low)
    high = "more than anything plausible" if report.high is None else ratio(report.high)
    return f"{low} to {high}"


def answer(report: Report, outcomes: str) -> Answer:
    """``outcomes``: what was counted, in the plural."""
    so_far = "" if report.is_final else f" after {report.weeks} weeks, at an early look"
    if not report.lottery_holds:
        return Answer("unusable", "This result cannot be used", "The assignment is not the one that the lottery drew.")
    if report.mismatch_p < MISMATCH_LEVEL:
        return Answer(
            "unusable",
            "This result cannot be used",
            "The groups do not have the sizes that the lottery gave them: people left, or their numbers are missing, in one "
            "group more than in the other. That alone could look like an effect.",
        )
    only_large = f"With {report.people} reps, only large effects are visible." if report.people <= MANY_REPS else ""
    if report.is_effect and report.effect is not None:
        direction = "more" if report.effect > 0 else "fewer"
        size = number(abs(round(percent(report.effect))))
        return Answer(
            "caused",
            f"An effect was shown{so_far}",
            f"Giving time for social work caused {size}% {direction} {outcomes} (95% interval {interval(report)}).",
            only_large,
        )
    if report.detectable is None or report.detectable > LARGEST_PLAUSIBLE:
        return Answer(
            "cannot-tell",
            "This trial cannot tell",
            f"Even a change of {change(report.detectable)} in {outcomes} would probably not have shown"
            f"{'' if report.is_final else ' yet'}.",
            only_large,
        )
    return Answer(
        "none",
        f"No effect shown{so_far}",
        f"No effect shown; the test could have seen {number(round(100 * report.detectable))}% or more "
        f"(95% interval {interval(report)}).",
        " ".join(filter(None, ("That is not the same as no effect.", only_large))),
    )


def doubts(report: Report) -> list[str]:
    """What speaks against the result, in sentences."""
    found = []
    if report.placebo_p <= report.level:
        found.append(
            f"The groups already differed before the start (p = {report.placebo_p:.3f}). By chance, that happens in one of "
            "twenty lotteries."
        )
    uneven = [BALANCE_LABELS[one.name].lower() for one in report.balance if abs(one.difference) > one.expected]
    if uneven:
        found.append(
            f"The lottery gave groups that differ more than most would in {' and '.join(uneven)}. The analysis allows for past "
            "outcomes only."
        )
    if sum(report.counts) < sum(report.drawn):
        found.append(
            f"{sum(report.drawn) - sum(report.counts)} of {sum(report.drawn)} units were not at work during the comparison."
        )
    if report.complied_first is None or report.complied_later is None:
        found.append("Groups are too small to say how many shared anything.")
    elif report.complied_first <= report.complied_later:
        found.append("Those who were assigned did not share more often than the others, so there was little to compare.")
    elif report.complied_later > 0.5:
        found.append("Most of those who start later shared, too. That makes an effect look smaller than it is.")
    if not report.is_final:
        found.append("This is an early look. The interval is wider than at the end, so that looking often does no harm.")
    found.append(
        "Everybody knew who started when. Part of a difference may come from being in a trial, and colleagues may have helped "
        "each other across the groups."
    )
    return found
