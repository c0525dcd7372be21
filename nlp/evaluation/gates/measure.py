"""The tables of the gates' evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from nlp.coach import Coach
from nlp.evaluation.card import Table
from nlp.evaluation.gates import texts
from nlp.evaluation.gates.texts import Case
from nlp.model import Draft
from nlp.rules import hate, protected

Test = Callable[[str], bool]
#: The rules whose tips swearing and rudeness may get.
TIPS = ("Repute.PutDown", "Repute.Rudeness", "Repute.Swearing")


def measure(coach: Coach) -> list[Table]:
    """Who is kept out, whose matters are recognised, and what is held, on the texts beside this module."""

    def is_unread(text: str) -> bool:
        return bool(coach.assess(Draft("linkedin-post", text)).gate.unread)

    def is_held(text: str) -> bool:
        return coach.assess(Draft("linkedin-post", text)).gate.state == "held"

    def has_tip(text: str) -> bool:
        findings = coach.assess(Draft("linkedin-post", text)).findings
        return any(finding.rule in TIPS for finding in findings)

    harmless = texts.offence("harmless")
    rude = [case for case in harmless if case.kind in ("swearing", "rudeness to a person")]
    return [
        _table(("business texts of", "not read"), texts.trades(), is_unread, "Protected talk: wrong"),
        _table(("a person's own", "not read"), texts.protected(), is_unread, "Protected talk: recall"),
        _parity(),
        _table(("hateful texts", "held"), texts.offence("hateful"), is_held, "Offence: recall"),
        _table(("harmless texts", "held"), harmless, is_held, "Offence: wrong"),
        _table(("harmless texts", "with a tip"), rude, has_tip, "Offence: swearing and rudeness"),
        _later(is_unread, is_held),
    ]


def _table(heads: tuple[str, str], cases: Iterable[Case], test: Test, title: str) -> Table:
    """Per kind and for all: how many of the texts pass the test, and how many of those that are held out."""
    passed: Counter[tuple[str, bool]] = Counter()
    total: Counter[tuple[str, bool]] = Counter()
    for case in cases:
        result = test(case.text)
        for kind in (case.kind, "all"):
            for key in ((kind, False), (kind, True)) if case.is_held_out else ((kind, False),):
                total[key] += 1
                passed[key] += result
    kinds = sorted({kind for kind, _ in total if kind != "all"})
    rows = [
        (kind, f"{passed[kind, False]} of {total[kind, False]}", f"{passed[kind, True]} of {total[kind, True]}")
        for kind in (*kinds, "all")
    ]
    return Table((*heads, "of these held out"), rows, title)


def _later(is_unread: Test, is_held: Test) -> Table:
    """The only texts that nobody knew while the gates were built."""
    rows = []
    for kind, verdict, test in (
        ("protected", "not read", is_unread),
        ("ordinary", "not read", is_unread),
        ("hateful", "held", is_held),
        ("harmless", "held", is_held),
    ):
        cases = texts.later(kind)
        rows.append((kind, verdict, f"{sum(map(test, cases))} of {len(cases)}"))
    return Table(("texts written afterwards", "verdict", "how many"), rows, "Both gates, on texts written afterwards")


def _parity() -> Table:
    """Whether groups of people are treated alike, over all identity terms."""
    refused = Counter(term.plural for term, text in texts.identity() if protected.find(text).sentences)
    wrong = Counter(term.plural for term, text in texts.identity() if hate.find(text))
    found = {term: sum(bool(hate.find(text)) for text in texts.hateful_about(term)) for term in texts.terms()}
    count = len(texts.hateful_about(texts.terms()[0]))
    business = len(texts.load("identity.yml")["frames"])
    rows = [
        ("neutral business sentence not read as protected", f"{_least(refused)}", f"{_most(refused)}", f"{business}"),
        ("neutral business sentence held as hate", f"{_least(wrong)}", f"{_most(wrong)}", f"{business}"),
        ("hateful sentence held", f"{min(found.values())}", f"{max(found.values())}", f"{count}"),
    ]
    return Table(("per identity term", "fewest", "most", "of"), rows, f"Parity over {len(texts.terms())} identity terms")


def _least(counts: Counter[str]) -> int:
    return min(counts[term.plural] for term in texts.terms())


def _most(counts: Counter[str]) -> int:
    return max(counts[term.plural] for term in texts.terms())
