"""The rules that ship with the coach."""

import pytest

from nlp import rules
from nlp.language import read
from nlp.model import DRAFT_SURFACES
from nlp.quality import bait
from nlp.quality.scoring import load_scoring
from nlp.rules.checks import CHECKS
from nlp.rules.kinds.house import NamedCheck

#: Evidence rows that are off or must never be built: no active rule may rest on them.
NEVER = {"L4", "L9", "L15", "L16", "L18", "X3", "X4", "W7", "P5", "P8"}
EXAMPLES = [
    pytest.param(rule, kind, text, id=f"{rule.info.id}-{kind}-{number}")
    for rule in rules.packaged()
    for kind in ("fires", "quiet")
    for number, text in enumerate(getattr(rule, kind), start=1)
]


@pytest.mark.parametrize(("rule", "kind", "text"), EXAMPLES)
def test_rule_matches_its_fires_and_not_its_quiet_examples(rule, kind, text):
    known = rules.Known(measures=(bait.measure(text, load_scoring().learned("bait")),))
    assert bool(rules.matches(rule, read(text), rule.info.surfaces[0], known)) == (kind == "fires")


@pytest.mark.parametrize("rule", rules.packaged(), ids=lambda rule: rule.info.id)
def test_every_rule_is_documented(rule):
    assert rule.info.why
    assert rule.info.evidence.source
    # A text over LinkedIn's limit would be too long for its rule file, and a copy cannot be told from the text alone.
    assert rule.info.id in ("Repute.TooLong", "Repute.NearCopy") or not rule.info.on or (rule.fires and rule.quiet)
    assert "AI" not in rule.info.message.split()
    assert len(rule.info.message) <= 120


def test_every_named_check_has_a_rule():
    assert {rule.name for rule in rules.packaged() if isinstance(rule, NamedCheck)} == set(CHECKS)


def test_no_active_rule_rests_on_evidence_that_is_off():
    on = [rule.for_surface(surface).info for rule in rules.packaged() for surface in rule.info.surfaces if rule.info.on]
    assert not [info.id for info in on if info.evidence.source in NEVER or info.evidence.grade == "D"]


def test_no_message_names_the_other_platform():
    for rule in rules.packaged():
        for surface in rule.info.surfaces:
            info = rule.for_surface(surface).info
            assert "LinkedIn" not in info.message or surface.startswith("linkedin"), rule.info.id


@pytest.mark.parametrize("surface", DRAFT_SURFACES)
def test_every_surface_has_rules(surface):
    assert sum(surface in info.surfaces for info in rules.catalogue()) > 20
