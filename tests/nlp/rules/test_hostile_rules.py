"""Rules and texts designed to run long or to break the loader give clear errors in bounded time."""

import itertools
from dataclasses import replace

import pytest

from nlp.rules import RuleError, patterns
from nlp.rules.patterns import TIME_LIMIT, BacktrackingPattern
from nlp.rules.vale import Linter, styles
from nlp.rules.vale.load import load_rule
from tests.nlp.rules.rule_factory import matched, rule


@pytest.mark.parametrize("text", ["a" * 5_000 + "!", "b" + "a" * 29_000])
def test_nested_quantifiers_take_linear_time(text):
    assert matched(text, extends="existence", raw=["^(a+)+$"]) == []


def test_a_slow_lookaround_is_stopped_and_the_other_rules_run():
    slow = rule(extends="existence", raw=[r"^(?=(a|aa)+$)"])
    assert isinstance(slow.pattern, BacktrackingPattern)
    text = "a" * 200 + " bad"
    report = Linter((slow, rule(extends="existence", tokens=["bad"]))).run(text)
    assert [alert["Match"] for alert in report.alerts] == ["bad"]
    (problem,) = report.problems
    assert problem.endswith(f"the pattern took longer than {TIME_LIMIT} seconds")


def test_a_rule_has_one_budget_for_all_paragraphs_of_a_text(monkeypatch):
    # Each call seems to take two fifths of the limit, so nothing is left after the third.
    ticks = itertools.count()
    monkeypatch.setattr(patterns.time, "perf_counter", lambda: (next(ticks) + 1) // 2 * TIME_LIMIT * 0.4)
    slow = rule(extends="existence", tokens=["pump(?= failed)"])
    linter = Linter((slow, rule(extends="existence", tokens=["bad"])))
    failed = [f"The pump failed on dock {number}.\n\n" for number in range(1, 7)]
    report = linter.run("".join(failed) + "A bad pump.", markdown=True)
    assert [alert["Match"] for alert in report.alerts] == ["bad"]
    assert len(report.problems) == 1
    report = linter.run(failed[0] + "A bad pump.", markdown=True)
    assert ([alert["Match"] for alert in report.alerts], report.problems) == (["pump", "bad"], [])


def test_a_rule_file_of_five_megabytes_is_refused(tmp_path):
    path = tmp_path / "Big.yml"
    path.write_text("extends: existence\nmessage: x\ntokens:\n" + "  - word\n" * 600_000, encoding="utf-8")
    with pytest.raises(RuleError, match="larger than 1,000,000 bytes"):
        load_rule(path)


def test_a_style_of_five_megabytes_loads(tmp_path):
    style = tmp_path / "Wide"
    style.mkdir()
    for number in range(100):
        words = "".join(f"  - w{number}x{word}{'abcdefgh' * 3}\n" for word in range(1_500))
        (style / f"R{number}.yml").write_text(f"extends: existence\nmessage: x\ntokens:\n{words}", encoding="utf-8")
    assert sum(path.stat().st_size for path in style.iterdir()) > 5_000_000
    loaded = styles.load(tmp_path)
    assert (len(loaded.rules), loaded.problems) == (100, ())
    linter = Linter(loaded.rules)
    assert [a["Match"] for a in linter.run("w7x3abcdefghabcdefghabcdefgh and w7x").alerts] == ["w7x3abcdefghabcdefghabcdefgh"]


def test_a_hundred_thousand_tokens_are_refused(tmp_path):
    path = tmp_path / "Many.yml"
    path.write_text("extends: existence\nmessage: x\ntokens: [" + "ab, " * 100_000 + "c]\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"Many\.yml:3:1: tokens: has 100,001 items; the maximum is 20,000"):
        load_rule(path)


def test_patterns_too_large_for_one_set_still_match():
    rules = [rule(extends="existence", tokens=[rf"foo(?:\W+\pL+){{1,{n}}}\W+bar"]) for n in range(60, 80)]
    named = [replace(item, id=f"House.R{n}") for n, item in enumerate(rules)]
    assert len(Linter(tuple(named)).run("foo pump bar").alerts) == 20


def test_thousands_of_alerts_keys_and_backticks():
    assert len(matched("foo bar\n" * 4_000, extends="existence", tokens=["foo"])) == 4_000
    swap = {f"w{number}": "x" for number in range(2_000)}
    assert len(matched("w7 and w8. " * 200, extends="substitution", swap=swap)) == 400
    Linter((rule(extends="existence", tokens=["foo"]),)).run("`" * 10_000, markdown=True)


def test_an_action_without_effect_offers_nothing():
    odd = rule(extends="existence", tokens=["bad"], action={"name": "edit", "params": ["truncate", ""]})
    assert Linter((odd,)).run("a bad pump").alerts[0]["Action"]["Params"] is None


def test_a_section_with_a_million_alternatives_is_refused(tmp_path):
    (tmp_path / "ini").write_text("[" + "{a,b}" * 22 + "]\nBasedOnStyles = House\n", encoding="utf-8")
    with pytest.raises(RuleError, match="more than 1,000 patterns"):
        styles.load(tmp_path, tmp_path / "ini")


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b, *b]\nextends: existence\nmessage: *c\ntokens: [a]\n",
        "extends: existence\nmessage: x\ntokens: " + "[" * 2_000 + "]" * 2_000,
        "extends: existence\nmessage: x\ntokens: [a]\nlevel: !!python/object/apply:os.system [ls]\n",
        "extends: existence\nmessage: x\ntokens: &a [*a]\n",
        "extends: substitution\nmessage: x\nswap: {a: [b]}\n",
        "extends: occurrence\nmessage: x\nmax: 1e999\ntoken: a\n",
        "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nextends: existence\nmessage: x\ntokens: [a]\n",
        "extends: existence\nmessage: x\ntokens: ['" + "(" * 3_000 + ")" * 3_000 + "']\n",
        "extends: existence\nmessage: x\ntokens: [a]\nlimit: " + "9" * 400 + "\n",
        "extends: metric\nmessage: x\nformula: " + "9" * 400 + "\ncondition: '> 1'\n",
        "extends: spelling\nmessage: x\nignore: [" + "n" * 300 + "]\n",
        "extends: existence\nmessage: x\ntokens: [a]\nlimit: x\n",
        "extends: sequence\nmessage: x\ntokens: [{pattern: a, skip: 100000}]\n",
        "extends: repetition\nmessage: x\ntokens: ['a{1000}{1000}{1000}']\n",
        "\0",
        "extends: [\n",
    ],
)
def test_malformed_rule_files_are_one_line(tmp_path, text):
    path = tmp_path / "Bad.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rule(path)
    assert str(caught.value).startswith(f"{path}:")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
