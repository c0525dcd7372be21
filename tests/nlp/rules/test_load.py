"""What the loader refuses."""

import re

import pytest

from nlp.rules import RuleError, load
from nlp.rules.vale import load as vale_load


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
        ("extends: [\n", 2, ""),
        ("- a\n", 1, "mapping"),
        ("extends: metric\nmessage: x\nformula: __import__('os')\ncondition: '> 1'\n", 3, "formula"),
        ("extends: metric\nmessage: x\nformula: words\ncondition: 'about 1'\n", 4, "comparison"),
        ("extends: measure\nmessage: x\n", 1, "'measure' is not one of"),
    ],
)
def test_an_invalid_rule_is_refused_with_file_line_and_column(tmp_path, source, line, reason):
    _assert_refused(vale_load.load_rule, tmp_path / "Bad.yml", source, line, reason)


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("extends: charm\nmessage: x\n", 1, "'charm' is not one of existence"),
        ("extends: existence\nmessage: x\nlevel: fatal\ntokens: [a]\n", 3, "'fatal'"),
        ("extends: existence\ntokens: [a]\n", 1, "message: is missing"),
        ("extends: existence\nmessage: x\nscope: heading\ntokens: [a]\n", 3, "'heading' is not one of text, raw"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  points: 99\n", 4, "0 to 20"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  dimension: charm\n", 4, "'charm'"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute:\n  on_x: {message: y}\n", 4, "on_x"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute: {surfaces: 5}\n", 4, "cannot be used"),
        ("extends: existence\nmessage: x\ntokens: [a]\nrepute: {evidence: x}\n", 4, "cannot be used"),
        ("extends: check\nmessage: x\nrepute:\n  check: charm\n", 3, "there is no check named 'charm'"),
    ],
)
def test_an_invalid_rule_of_our_own_is_refused(tmp_path, source, line, reason):
    _assert_refused(load.load_rule, tmp_path / "Bad.yml", source, line, reason)


def _assert_refused(load_rule, path, source, line, reason):
    path.write_text(source, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rule(path)
    assert re.match(rf"{re.escape(str(path))}:{line}:\d+: ", str(caught.value))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
