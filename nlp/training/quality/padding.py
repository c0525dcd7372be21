"""Copies of profiles with a borrowed promise before the headline. Readers judge them no better than without it, so neither may
the fitted weights."""

from __future__ import annotations

from collections.abc import Mapping

from nlp.model import Profile
from nlp.training.labels import hash_of

#: Filled in below. Figures, roles and verbs vary, so that the pattern is learned and not one sentence.
_PROMISES = (
    "I help {who} cut {what} from {many} to {few} | ",
    "I help {who} save {percent}% on {what} without new software. ",
    "Helping {who} get {what} done in {few} instead of {many}. ",
    "{what}: from {many} to {few} for {number} {who} | ",
    "I help you fix {what} in {few}. ",
    "For {who}: {percent}% less time lost on {what} - ",
    "I work with {who} who lose {many} a month on {what}, and bring it down to {few}. ",
)
_WHO = ("finance teams", "plant managers", "owners of small shops", "sales leaders", "HR teams", "buyers in retail", "founders")
_WHAT = (
    "the month-end close",
    "quotes",
    "onboarding",
    "delivery",
    "payroll",
    "hiring",
    "stock counts",
    "reporting",
    "downtime",
)
_MANY = ("twelve days", "6 weeks", "eight hours", "3 months", "ten days", "14 hours", "five weeks")
_FEW = ("two", "one day", "40 minutes", "four days", "a week", "3", "an afternoon")
_PERCENT = ("15", "30", "45", "60", "25")
_NUMBER = ("11", "35", "twenty", "120", "8")


def promise(key: str) -> str:
    """One of some thousands of promises, always the same for ``key``."""
    number = hash_of(f"promise {key}")

    def choose(values: tuple[str, ...]) -> str:
        nonlocal number
        number, index = divmod(number, len(values))
        return values[index]

    pattern = choose(_PROMISES)
    return pattern.format(
        who=choose(_WHO),
        what=choose(_WHAT),
        many=choose(_MANY),
        few=choose(_FEW),
        percent=choose(_PERCENT),
        number=choose(_NUMBER),
    )


def padded(profile: Profile, key: str) -> Profile:
    """The profile with a promise before its headline, or before its bio on X."""
    name = "bio" if profile.surface == "x-profile" else "headline"
    return before(profile, {name: promise(key)})


def before(profile: Profile, texts: Mapping[str, str]) -> Profile:
    """The profile with ``texts`` put before its sections of the same name."""
    return Profile(profile.surface, {n: f"{texts.get(n, '')}{v}" if n in texts else v for n, v in profile.sections.items()})
