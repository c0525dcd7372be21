"""The kinds of rule in Vale's format."""

import re

import pytest

from nlp.rules.source import RuleError, Source
from nlp.rules.vale import Linter
from nlp.rules.vale.load import build, load_rule
from nlp.rules.vale.rule import Setting
from tests.nlp.rules.rule_factory import matched, rule


def test_consistency_marks_the_spelling_that_came_second():
    either = {"advisor": "adviser", "centre": "center"}
    assert matched("An advisor met an adviser and one more adviser.", extends="consistency", either=either) == ["adviser"]
    assert matched("An advisor met an advisor in the centre.", extends="consistency", either=either) == []


def test_conditional_marks_acronyms_that_are_not_introduced():
    acronym = {"first": r"\b([A-Z]{3,5})\b", "second": r"(?:\b[A-Z][a-z]+ )+\(([A-Z]{3,5})\)", "exceptions": ["API"]}
    text = "World Health Organization (WHO) and FDA met the WHO over an API."
    assert matched(text, extends="conditional", **acronym) == ["FDA"]


@pytest.mark.parametrize(
    ("match", "right", "wrong"),
    [
        ("$sentence", "# What our buyers ask", "# What Our Buyers Ask"),
        ("$sentence", "# Mind the gap in sales", "# mind the gap in sales"),
        ("$title", "# A Day at the Dock of Our Buyer", "# A day at The dock of our buyer"),
        ("$lower", "# all small", "# All small"),
        ("$upper", "# ALL LARGE", "# ALL Large"),
        (r"^Day \d+$", "# Day 3", "# Day three"),
    ],
)
def test_capitalization_of_headings(match, right, wrong):
    heading = {"extends": "capitalization", "match": match, "scope": "heading"}
    assert matched(right, markdown=True, **heading) == []
    assert matched(wrong, markdown=True, **heading) == [wrong.removeprefix("# ")]
    assert matched(wrong.removeprefix("# "), markdown=True, **heading) == []


def test_capitalization_exceptions_and_indicators():
    heading = {"extends": "capitalization", "match": "$sentence", "scope": "heading", "markdown": True}
    assert matched("# Sell to Acme in Lyon", **heading) == ["Sell to Acme in Lyon"]
    assert matched("# Sell to Acme in Lyon", exceptions=["Acme", "Lyon"], **heading) == []
    assert matched("# Selling: Why we wait", indicators=[":"], threshold=0.9, **heading) == []


def test_spelling_with_the_default_dictionary():
    text = "We recieve Kubernetes ordrs in B2B, from ERPS and #hashtagg people."
    assert matched(text, extends="spelling") == ["recieve", "Kubernetes", "ordrs"]
    assert matched(text, extends="spelling", filters=["^Kube"]) == ["recieve", "ordrs"]


def test_spelling_with_a_custom_dictionary_and_word_list(tmp_path):
    beside = tmp_path / "config" / "dictionaries"
    beside.mkdir(parents=True)
    (beside / "house.aff").write_text("SET UTF-8\nSFX S Y 1\nSFX S 0 s .\n", encoding="utf-8")
    (beside / "house.dic").write_text("2\npump/S\nour\n", encoding="utf-8")
    (tmp_path / "known.txt").write_text("blorf\n", encoding="utf-8")
    source = Source(
        tmp_path / "House" / "Rule.yml",
        {"extends": "spelling", "message": "%s", "dictionaries": ["house"], "ignore": ["known.txt"]},
    )
    linter = Linter((build(source, Setting(styles=tmp_path)),))
    assert [alert["Match"] for alert in linter.run("our pumps blorf valves").alerts] == ["valves"]


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("dictionaries: [../../secret]", 3),
        ("dictionaries: ['{outside}/secret']", 3),
        ("dictionaries: [linked]", 3),
        ("dicpath: ../..\ndictionaries: [secret]", 3),
        ("dicpath: '{outside}'\ndictionaries: [secret]", 3),
        ("ignore: [../../secret.dic]", 3),
        ("ignore: ['{outside}/secret.dic']", 3),
        ("ignore: [linked.dic]", 3),
    ],
)
def test_a_spelling_rule_reads_no_file_outside_its_styles(tmp_path, setting, line):
    styles = tmp_path / "styles"
    (styles / "House").mkdir(parents=True)
    dictionaries = styles / "config" / "dictionaries"
    dictionaries.mkdir(parents=True)
    (tmp_path / "secret.aff").write_text("SET UTF-8\n", encoding="utf-8")
    (tmp_path / "secret.dic").write_text("1\nblorf\n", encoding="utf-8")
    for name in ("aff", "dic"):
        (dictionaries / f"linked.{name}").symlink_to(tmp_path / f"secret.{name}")
    (styles / "House" / "linked.dic").symlink_to(tmp_path / "secret.dic")
    path = styles / "House" / "Rule.yml"
    path.write_text(f"extends: spelling\nmessage: x\n{setting.format(outside=tmp_path)}\n", encoding="utf-8")
    with pytest.raises(RuleError, match=rf"^{re.escape(str(path))}:{line}:1: \w+: .*outside"):
        load_rule(path, Setting(styles=styles))


def test_a_dictionary_whose_words_lie_elsewhere_is_refused(tmp_path):
    (tmp_path / "House").mkdir()
    (tmp_path / "secret.dic").write_text("1\nblorf\n", encoding="utf-8")
    (tmp_path / "House" / "ours.aff").write_text("SET UTF-8\n", encoding="utf-8")
    (tmp_path / "House" / "ours.dic").symlink_to(tmp_path / "secret.dic")
    path = tmp_path / "House" / "Rule.yml"
    path.write_text("extends: spelling\nmessage: x\ndictionaries: [ours]\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"Rule\.yml:3:1: dictionaries: .*outside"):
        load_rule(path)


def test_sequence_matches_part_of_speech_tags():
    tokens = [{"pattern": "need|needs"}, {"tag": "TO", "skip": 1}, {"tag": "VB"}]
    assert matched("She needs to call him. He needs two pumps.", extends="sequence", tokens=tokens) == ["needs to call"]
    not_after = [{"tag": "DT"}, {"tag": "NN.*", "negate": True}]
    assert matched("The pump failed.", extends="sequence", tokens=not_after) == []


def test_occurrence_counts_sentence_by_sentence():
    matches = matched("One two three. One two.", extends="occurrence", scope="sentence", token=r"\w+", max=2)
    assert matches == ["One"]


def test_metric_compares_a_formula():
    text = "We counted the pallets. " * 12
    assert matched(text, extends="metric", formula="words / sentences", condition="> 3") == [""]
    assert matched(text, extends="metric", formula="math.sqrt(words)", condition="> 9") == []


def test_limit_caps_the_alerts_of_a_rule():
    assert matched("bad bad bad", extends="existence", tokens=["bad"], limit=2) == ["bad"] * 2


@pytest.mark.parametrize(
    ("action", "offered"),
    [
        ({"name": "replace", "params": ["good"]}, ["good"]),
        ({"name": "edit", "params": ["regex", "a", "–"]}, ["b–d"]),
        ({"name": "edit", "params": ["trim_right", "d"]}, ["ba"]),
        ({"name": "edit", "params": ["regex", "(", "x"]}, None),
        ({"name": "suggest", "params": ["spellings"]}, None),
    ],
)
def test_actions_offer_replacements(action, offered):
    (alert,) = Linter((rule(extends="existence", tokens=["bad"], action=action),)).run("a bad pump").alerts
    assert alert["Action"] == {"Name": action["name"], "Params": offered}


def test_substitution_with_lookaround_knows_which_key_matched():
    swap = {r"(?:eg|e\.g\.)(?=[\s,;])": "for example", r"(i)\.(e)\.(?=\s)": "$2$1", "pump": "pump|valve"}
    linter = Linter((rule(extends="substitution", nonword=True, swap=swap, message="'%s' for '%s'"),))
    alerts = linter.run("One, e.g. two, i.e. a pump.").alerts
    assert [(alert["Match"], alert["Action"]["Params"]) for alert in alerts] == [
        ("e.g.", ["for example"]),
        ("i.e.", ["ei"]),
    ]


def test_word_boundaries_treat_non_ascii_letters_as_letters():
    assert matched("Un café en été", extends="existence", tokens=["caf", "été"]) == ["été"]


def test_yaml_booleans_times_and_hexadecimals_stay_text(tmp_path):
    path = tmp_path / "R.yml"
    path.write_text("extends: existence\nmessage: x\ntokens: [yes, on, 1:30, 0x10, 007, ~]\n", encoding="utf-8")
    linter = Linter((load_rule(path),))
    alerts = linter.run("True at 1:30, yes 007 on 0x10.").alerts
    assert [alert["Match"] for alert in alerts] == ["1:30", "yes", "007", "on", "0x10"]


def test_substitution_tries_the_longest_key_first():
    swap = {"app": "application", "app store": "App Store"}
    (alert,) = Linter((rule(extends="substitution", swap=swap, message="Use %s"),)).run("the app store").alerts
    assert (alert["Match"], alert["Message"]) == ("app store", "Use App Store")


def test_an_exception_may_be_part_of_a_match():
    assert matched("foo bar and foo baz", extends="existence", tokens=["foo \\w+"], exceptions=["bar"]) == ["foo baz"]


def test_repetition_of_words():
    twice = {"extends": "repetition", "tokens": [r"[^\s]+"], "alpha": True}
    assert matched("the\nthe pump 5 5 The the", **twice) == ["the\nthe"]
    assert matched("The the pump", ignorecase=True, **twice) == ["The the"]


def test_the_text_scope_is_block_by_block_in_markdown_and_the_whole_of_plain_text():
    most = {"extends": "occurrence", "token": "foo", "max": 2}
    assert matched("foo foo.\n\nfoo foo.\n\nfoo.", markdown=True, **most) == []
    assert matched("foo foo.\n\nfoo foo.\n\nfoo.", **most) == ["foo"]
    assert matched("foo foo foo.", markdown=True, **most) == ["foo"]
    assert matched("foo\n\nbar", markdown=True, extends="existence", tokens=[r"foo\s+bar"]) == []
    assert _lines("# bad\n\n## bad\n\nbad", "~heading.h2") == [1, 5]


def test_carriage_returns_end_a_line():
    assert matched("a foo\r\nb", extends="existence", nonword=True, tokens=["foo$"]) == ["foo"]


def test_scope_lists_and_negations():
    text = "# bad head\n\nbad text\n\n- bad item\n"
    lines = {scope: _lines(text, scope) for scope in ("heading", "paragraph & ~heading", "list")}
    assert lines == {"heading": [1], "paragraph & ~heading": [3], "list": [5]}
    assert _lines(text, ["heading", "list"]) == [1, 5]
    assert _lines(text, "table") == []


def _lines(text, scope):
    linter = Linter((rule(extends="existence", tokens=["bad"], scope=scope),))
    return [alert["Line"] for alert in linter.run(text, markdown=True).alerts]


def test_code_in_markdown_is_not_linted():
    linter = Linter((rule(extends="existence", tokens=["bad"]),))
    text = "`bad` one\n\n```\nbad\n```\nbad two"
    assert [alert["Line"] for alert in linter.run(text, markdown=True).alerts] == [6]
    assert len(linter.run(text).alerts) == 3
