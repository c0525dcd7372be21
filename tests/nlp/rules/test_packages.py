"""Packages of Vale styles as they are: where their files lie, what cannot be used, and styles that mean harm."""

from __future__ import annotations

import pytest

from nlp import Coach, Draft, Profile, ScoringError, load_scoring
from nlp.rules.packages import read_package

AVOID = "extends: existence\nmessage: \"Avoid '%s'.\"\ntokens:\n  - synergy\n"
TEXT = "The pump maker spoke of synergy, and the buyer counted the valves of two lines on Monday."


def coach(files, **rules):
    scoring = load_scoring().changed(own={"words": [], "packages": {"Pack": files}})
    return Coach(scoring.changed(rules={f"Acme.{name}": part for name, part in rules.items()}))


def found(assessment):
    return [finding.rule for finding in assessment.findings if not finding.rule.startswith(("Repute.", "Profile."))]


def problems(files):
    return [(one.file, one.line, one.column, one.message) for one in read_package("Pack", files).problems]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("Avoid.yml", "Pack.Avoid"),
        ("Acme/Avoid.yml", "Acme.Avoid"),
        ("styles/Acme/Avoid.yml", "Acme.Avoid"),
        ("Acme-1.2/styles/Acme/Avoid.yml", "Acme.Avoid"),
    ],
)
def test_rules_are_found_wherever_a_package_keeps_them(path, rule):
    assert [one.info.id for one in read_package("Pack", {path: AVOID}).rules] == [rule]


def test_rules_apply_to_drafts_and_profiles_and_cost_nothing():
    pack = coach({"Acme/Avoid.yml": AVOID})
    finding = next(one for one in pack.assess(Draft("x-reply", TEXT)).findings if one.rule == "Acme.Avoid")
    assert (finding.message, finding.points, finding.evidence.grade) == ("Avoid 'synergy'.", 0, "organisation")
    assert found(pack.assess(Profile("x-profile", {"bio": TEXT}))) == ["Acme.Avoid"]


def test_a_rule_is_switched_for_single_surfaces():
    pack = coach({"Acme/Avoid.yml": AVOID}, Avoid={"surfaces_off": ["x-post", "linkedin-profile"]})
    assert found(pack.assess(Draft("linkedin-post", TEXT))) == ["Acme.Avoid"]
    assert found(pack.assess(Draft("x-post", TEXT))) == []
    assert found(pack.assess(Profile("linkedin-profile", {"about": TEXT}))) == []


def test_what_cannot_be_used_is_named_with_line_and_column_and_the_rest_works():
    files = {
        "pack/styles/Acme/Avoid.yml": AVOID,
        "pack/styles/Acme/Script.yml": "message: x\nextends: script\nscript: y\n",
        "pack/styles/Acme/Broken.yml": "extends: existence\nmessage: [\n",
        "pack/styles/Acme/Pattern.yml": "extends: existence\nmessage: x\ntokens:\n  - '(['\n",
    }
    package = read_package("Pack", files)
    assert [rule.info.id for rule in package.rules] == ["Acme.Avoid"]
    assert [(one.file, one.line, one.column) for one in package.problems] == [
        ("pack/styles/Acme/Broken.yml", 3, 1),
        ("pack/styles/Acme/Pattern.yml", 3, 1),
        ("pack/styles/Acme/Script.yml", 2, 1),
    ]
    assert all("repute-style-" not in f"{one.file}{one.message}" for one in package.problems)


def test_a_configuration_is_honoured():
    files = {
        ".vale.ini": "StylesPath = styles\nVocab = Base\n[*.md]\nBasedOnStyles = Acme\nAcme.Other = NO\n",
        "styles/Acme/Avoid.yml": AVOID,
        "styles/Acme/Other.yml": AVOID.replace("synergy", "valves"),
        "styles/config/vocabularies/Base/accept.txt": "synergy\n",
    }
    package = read_package("Pack", files)
    assert package.off == {"Acme.Other"}
    assert found(coach(files).assess(Draft("linkedin-post", TEXT))) == []
    assert found(coach(files, Other={"on": True}).assess(Draft("linkedin-post", TEXT))) == ["Acme.Other"]


def test_a_vocabulary_that_accepts_everything_is_named_and_left_out():
    """It would silence every rule of its package without a word."""
    files = {
        ".vale.ini": "StylesPath = styles\nVocab = Base\n[*]\nBasedOnStyles = Acme\n",
        "styles/Acme/Avoid.yml": AVOID,
        "styles/config/vocabularies/Base/accept.txt": "pump\n.*\n",
    }
    ((file, line, _, message),) = problems(files)
    assert (file, line) == ("styles/config/vocabularies/Base/accept.txt", 2)
    assert "accepts every word" in message
    assert found(coach(files).assess(Draft("linkedin-post", TEXT))) == ["Acme.Avoid"]


def test_a_style_cannot_take_the_place_of_a_rule_that_ships():
    files = {"Repute/UndisclosedPromotion.yml": AVOID, "Acme/Avoid.yml": AVOID}
    assert [rule.info.id for rule in read_package("Pack", files).rules] == ["Acme.Avoid"]
    assert [file for file, *_ in problems(files)] == ["Repute/UndisclosedPromotion.yml"]


def test_a_style_neither_holds_credit_nor_prices_its_findings():
    rule = AVOID + "repute:\n  gate: held\n  points: 20\n  severity: limit\n"
    assessment = coach({"Acme/Avoid.yml": rule}).assess(Draft("linkedin-post", TEXT))
    assert assessment.gate.state == "open"
    assert [one.points for one in assessment.findings if one.rule == "Acme.Avoid"] == [0]


def test_a_slow_pattern_reports_nothing_and_stops_nobody():
    """Backtracking that would take hours is stopped, and the other rules speak."""
    slow = "extends: existence\nmessage: x\nnonword: true\ntokens:\n  - '(?<!z)(a|aa)+\\1!'\n"
    pack = coach({"Acme/Avoid.yml": AVOID, "Acme/Slow.yml": slow})
    text = f"{TEXT} The label read {'a' * 400}?"
    assert found(pack.assess(Draft("linkedin-post", text))) == ["Acme.Avoid"]


@pytest.mark.parametrize(
    "path", ["../Acme/Avoid.yml", "/etc/Avoid.yml", "Acme/../../Avoid.yml", "C:/Avoid.yml", "Acme\\Avoid.yml"]
)
def test_a_document_with_a_path_that_climbs_out_is_refused(path):
    with pytest.raises(ScoringError, match=r"organisation\.packages"):
        load_scoring().changed(own={"words": [], "packages": {"Pack": {path: AVOID}}})


def test_a_version_with_a_package_keeps_its_hash():
    scoring = load_scoring().changed(own={"words": [], "packages": {"Pack": {"Acme/Avoid.yml": AVOID}}})
    assert load_scoring(scoring.document).version == scoring.version
    assert scoring.renewed().version == scoring.version
    assert scoring.changed(own={"words": [], "packages": {}}).version == load_scoring().version


def test_rules_in_folders_of_a_style_belong_to_it():
    files = {f"pack/styles/Acme/{path}": AVOID for path in ("Avoid.yml", "dates/Day.yml", "dates/Month.yml", "words/Hype.yml")}
    files["pack/styles/Acme/_parts/Shared.yml"] = AVOID
    package = read_package("Pack", files)
    assert [rule.info.id for rule in package.rules] == ["Acme.Avoid", "Acme.dates.Day", "Acme.dates.Month", "Acme.words.Hype"]
    assert package.problems == ()


UNUSABLE = {
    "Script.yml": ("message: x\nextends: script\nscript: a.tengo\n", 2, "extends: script rules are not supported"),
    "Section.yml": ("extends: existence\nmessage: x\nscope: doc(h2 + p)\ntokens: [a]\n", 3, "scope: selections with doc(...)"),
    "Spelling.yml": ("extends: spelling\nmessage: x\ndictionaries: [en_ZZ]\n", 3, "dictionaries: en_ZZ.aff and en_ZZ.dic were"),
    "Metric.yml": ("extends: metric\nmessage: x\nformula: pages\ncondition: '> 1'\n", 3, "formula: may contain only numbers"),
    "Child.yml": ("message: x\nextends: Acme.Missing\n", 2, "extends: there is no rule Acme.Missing"),
    "Cycle.yml": ("extends: Acme.Cycle\n", 1, "extends: is a chain of more than 10 rules, or a rule that extends itself"),
    "Less.yml": ("extends: Acme.Avoid\ntokens-: [no]\n", 2, "tokens-: 'no' is not in the rule that it extends"),
    "Both.yml": ("extends: Acme.Avoid\ntokens: [no]\ntokens+: [a]\n", 3, "tokens+: tokens is replaced in the same file"),
    "Climb.yml": ("message: x\nextends: ...etc.passwd\n", 2, "extends: "),
    "Steps.yml": ("extends: existence\nmessage: x\naction: {name: edit, params: {a: b}}\n", 3, "action: params must be a list"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_administrator_sees_file_line_and_reason(name):
    text, line, reason = UNUSABLE[name]
    package = read_package("Pack", {"Acme/Avoid.yml": AVOID, f"Acme/{name}": text})
    assert [rule.info.id for rule in package.rules] == ["Acme.Avoid"]
    ((file, at, message),) = [(one.file, one.line, one.message) for one in package.problems]
    assert (file, at) == (f"Acme/{name}", line)
    assert message.startswith(reason)
    assert "repute-style-" not in message


def test_lines_of_a_configuration_without_effect_are_named():
    config = "Hello = x\n[*.md]\nBasedOnStyles = Acme\nVocab = Base\nAcme.Avoid[tokens] = a\nAcme.Avoid[limit] = 1\nhttps = a\n"
    assert [(line, message) for _, line, _, message in problems({".vale.ini": config, "Acme/Avoid.yml": AVOID})] == [
        (1, "Hello: has no effect here"),
        (4, "Vocab: belongs above the first section"),
        (5, "Acme.Avoid[tokens]: only a rule file can set tokens"),
        (7, "https: has no effect here"),
    ]
