"""An organisation's own words and style packages as rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from nlp.model import RuleInfo, Span, Surface
from nlp.rules.catalogue import MayFire, Prefilter, packaged, prefilter
from nlp.rules.packages import Package, PackageProblem, read_package
from nlp.rules.patterns import time_limit
from nlp.rules.rule import Rule
from nlp.rules.words import WordEntry, WordTable, word_rules

if TYPE_CHECKING:
    from nlp.language import Reading

#: Seconds that all of an organisation's patterns with lookaround may take on one text.
MAX_SECONDS = 1.0


class OrganisationRules:
    """The rules of ``words`` and ``packages`` (name to files by path). Of two rules with one id the first counts. Safe to share
    between threads."""

    def __init__(self, words: Iterable[WordEntry] = (), packages: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._table = WordTable(words)
        read: dict[str, Package] = {name: read_package(name, files) for name, files in (packages or {}).items()}
        rules: dict[str, Rule] = {rule.info.id: rule for rule in word_rules(self._table)}
        self.problems: dict[str, list[PackageProblem]] = {name: list(package.problems) for name, package in read.items()}
        #: The ids of each package's rules.
        self.ids: dict[str, tuple[str, ...]] = {}
        for name, package in read.items():
            taken = [rule.info.id for rule in package.rules if rule.info.id in rules]
            self.problems[name] += [
                PackageProblem("", 1, 1, f"{rule} is also in another package. Remove one.") for rule in taken
            ]
            self.ids[name] = tuple(rule.info.id for rule in package.rules if rule.info.id not in taken)
            rules |= {rule.info.id: rule for rule in package.rules if rule.info.id not in taken}
        off = frozenset().union(*(package.off for package in read.values()))
        self.rules = tuple(rules.values())
        #: Ids of rules that their package switches off.
        self.off = off
        self._patterns = Prefilter(self.rules)
        self._ids = frozenset(rules)

    @property
    def infos(self) -> tuple[RuleInfo, ...]:
        return tuple(rule.info for rule in self.rules)

    def prefilter(self, reading: Reading) -> MayFire:
        """Which of the packaged rules and of these may fire."""
        packaged_may_fire = prefilter(reading)
        if not self.rules:
            return packaged_may_fire
        own_may_fire = self._patterns.scan(reading)
        return lambda rule: own_may_fire(rule) if rule.info.id in self._ids else packaged_may_fire(rule)

    def exempt(self, reading: Reading, surface: Surface) -> tuple[Span, ...]:
        """The words that no rule flags."""
        return self._table.exempt(reading, surface)

    @staticmethod
    def limited() -> AbstractContextManager[None]:
        """Within it, all patterns with lookaround together have ``MAX_SECONDS``."""
        return time_limit(MAX_SECONDS)


#: Rules that protect other people, above all those with a disability; the extension shows their tips however often they are
#: left (extension/src/shared/seen.ts).
_PROTECT_PEOPLE = frozenset(f"Repute.{name}" for name in ("AltText", "HashtagCase", "InclusiveWords", "Rudeness", "Swearing"))


def guards() -> frozenset[str]:
    """The ids of the rules that guard people and disclosure: they protect other people, put credit on hold or are about
    safety."""
    return frozenset(
        rule.info.id for rule in packaged() if rule.gate or rule.info.dimension == "safety" or rule.info.id in _PROTECT_PEOPLE
    )
