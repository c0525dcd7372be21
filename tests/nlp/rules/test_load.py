"""What the loader refuses."""

import re

import pytest

from nlp.language import read
from nlp.rules import Dialect, RuleError
from nlp.rules.load import load_rule
from nlp.rules.rule import Subject


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("extends: charm\nmessage: x\n", 1, "'charm' is not one of existence"),
        ("message: x\nextends: script\nscript: a.tengo\n", 2, "script rules are not supported"),
        ("message: x\nextends: check\n", 2, "'check' is not one of"),
        ("extends: existence\nmessage: x\ntokens:\n  - 'a(?!b'\n", 3, "is not a valid regular expression"),
        ("extends: existence\nmessage: x\nlevel: fatal\ntokens: [a]\n", 3, "'fatal'"),
        ("extends: existence\nmessage: x\n", 1, "needs tokens or raw"),
        ("extends: existence\ntokens: [a]\n", 1, "message: is missing"),
        ("extends: substitution\nmessage: x\nswap: [a]\n", 3, "mapping"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  points: 99\n", 4, "0 to 20"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  dimension: charm\n", 4, "'charm'"),
        ("extends: [\n", 2, ""),
        ("- a\n", 1, "mapping"),
        ("extends: metric\nmessage: x\nformula: __import__('os')\ncondition: '> 1'\n", 3, "formula"),
        ("extends: metric\nmessage: x\nformula: words\ncondition: 'about 1'\n", 4, "comparison"),
        ("extends: measure\nmessage: x\n", 1, "'measure' is not one of"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  on_x: {message: y}\n", 4, "on_x"),
    ],
)
def test_an_invalid_rule_is_refused_with_file_line_and_column(tmp_path, source, line, reason):
    path = tmp_path / "Bad.yml"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rule(path)
    assert re.match(rf"{re.escape(str(path))}:{line}:\d+: ", str(caught.value))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_house_rule_cannot_name_a_check_that_does_not_exist(tmp_path):
    path = tmp_path / "Bad.yml"
    path.write_text("extends: check\nmessage: x\nrepute:\n  check: charm\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"Bad\.yml:3:1: repute: there is no check named 'charm'"):
        load_rule(path, Dialect.HOUSE)


def test_the_dialect_and_not_the_name_of_a_style_decides_how_a_rule_is_read(tmp_path):
    path = tmp_path / "Repute" / "Words.yml"
    path.parent.mkdir()
    path.write_text("extends: existence\nmessage: x\ntokens: [foo \\w+]\nexceptions: [bar]\n", encoding="utf-8")
    text = read("We sell foo bar.")
    fires = {dialect: bool(load_rule(path, dialect).matches(Subject(text, "x-post"))) for dialect in Dialect}
    # In Vale's dialect an exception may be part of a match; in ours it is all of it.
    assert fires == {Dialect.HOUSE: True, Dialect.VALE: False}
