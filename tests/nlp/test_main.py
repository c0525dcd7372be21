import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nlp.drafts import GOOD, HOSTILE, WEAK

ROOT = Path(__file__).parents[2]


def run(*arguments, stdin=b""):
    """Runs the command in a separate process."""
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    return subprocess.run([sys.executable, "-m", "nlp", *arguments], input=data, capture_output=True, cwd=ROOT, check=False)


def test_assess_as_json():
    result = run("assess", "--surface", "linkedin-post", "--json", stdin=GOOD)
    assert result.returncode == 0
    assessment = json.loads(result.stdout)
    assert assessment["score"] * 10 == round(sum(part["points"] for part in assessment["contributions"]) * 10)
    assert assessment["findings"] == []


def test_assess_prints_a_report():
    result = run("assess", "--surface", "linkedin-post", stdin=WEAK)
    assert result.returncode == 0
    report = result.stdout.decode()
    assert "of 100 (needs-work" in report
    assert "instead: use" in report


@pytest.mark.parametrize("name", ["empty", "emoji", "link", "right to left", "hashtags"])
def test_hostile_texts_are_assessed(name, call):
    result = call("assess", "--surface", "linkedin-post", "--json", stdin=HOSTILE[name])
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout)["surface"] == "linkedin-post"


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"a" * 50_000, b"nlp: text must be at most 30,000 UTF-16 code units long\n"),
        (b"pump\0pump", b"nlp: text must not contain a NUL character\n"),
        (b"pump\xffpump", b"nlp: stdin must be UTF-8 (invalid at byte 4)\n"),
        (b"pump\xed\xa0\xbd", b"nlp: stdin must be UTF-8 (invalid at byte 4)\n"),
    ],
)
def test_invalid_text_is_one_line_on_stderr(stdin, message, call):
    result = call("assess", "--surface", "linkedin-post", "--json", stdin=stdin)
    assert (result.returncode, result.stdout, result.stderr) == (2, b"", message)


def test_missing_surface_is_one_line_on_stderr():
    result = run("assess", "--json", stdin=GOOD)
    assert (result.returncode, result.stderr) == (2, b"nlp: --surface is required\n")


def test_batch_reports_bad_lines_and_goes_on():
    lines = [
        {"id": 1, "surface": "linkedin-post", "text": GOOD},
        {"id": "two", "surface": "fax", "text": GOOD},
        {"id": 3, "surface": "x-post", "text": "pump\ud83d"},
        {"id": 4, "surface": "x-post"},
        {"surface": "x-post", "text": GOOD},
        {"id": 6, "surface": "x-post", "text": 12},
        {"id": 7, "surface": "x-reply", "text": "We saw the same with 12 hospital buyers last week."},
    ]
    stdin = "".join(json.dumps(line) + "\n" for line in lines) + "{not json\n" + "[]\n" + "x" * 500_000 + "\n"
    stdin += json.dumps(lines[0])
    result = run("assess", "--batch", stdin=stdin)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert (result.returncode, result.stderr) == (1, b"")
    assert [row["id"] for row in rows] == [1, "two", 3, 4, None, 6, 7, None, None, None, 1]
    assert [set(row) for row in rows if "error" not in row] == [
        {"id", "score", "band", "kind", "confidence", "dimensions", "findings", "advice", "gate", "note"}
    ] * 3
    assert [row["id"] for row in rows if "error" in row] == ["two", 3, 4, None, 6, None, None, None]
    assert rows[0] == rows[-1]


@pytest.mark.parametrize("bad", ["9" * 5_000, "NaN", "-Infinity", "1e999", "[" * 900 + "]" * 900, '{"a": NaN}', "true", "null"])
def test_an_id_that_json_cannot_represent_is_null(bad, call):
    good = json.dumps({"id": 2, "surface": "x-post", "text": GOOD})
    result = call("assess", "--batch", stdin=f'{{"id": {bad}, "surface": "x-post", "text": "pump"}}\n{good}\n')
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert set(first) == {"id", "error"}
    assert (first["id"], second["id"]) == (None, 2)
    assert "score" in second
    assert b"NaN" not in result.stdout
    assert result.returncode == 1


def test_a_batch_without_errors_exits_with_zero(call):
    assert call("assess", "--batch", stdin=json.dumps({"id": 1, "surface": "x-post", "text": GOOD})).returncode == 0


def test_compare(call):
    rows = [{"id": 1, "a": GOOD, "b": WEAK}, {"id": 2, "a": WEAK, "b": GOOD}, {"id": 3, "a": GOOD}]
    stdin = "".join(json.dumps(row) + "\n" for row in rows)
    result = call("compare", "--batch", "--surface", "linkedin-post", "--decide", stdin=stdin)
    first, second, third = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["preferred"], second["preferred"]) == ("a", "b")
    assert first["probability_a"] == pytest.approx(1 - second["probability_a"])
    assert third == {"id": 3, "error": "b is missing"}
    assert result.returncode == 1


@pytest.mark.parametrize("field", ["a", "b"])
@pytest.mark.parametrize("empty", ["", " \n\t\u00a0"])
def test_compare_refuses_an_empty_wording(field, empty, call):
    rows = [{"id": 1, "a": GOOD, "b": GOOD, field: empty}, {"id": 2, "a": GOOD, "b": WEAK}]
    result = call("compare", "--batch", "--decide", stdin="".join(json.dumps(row) + "\n" for row in rows))
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first == {"id": 1, "error": f"{field} must not be empty"}
    assert set(second) == {"id", "preferred", "probability_a"}
    assert result.returncode == 1


def test_a_pair_that_cannot_be_compared_stays_undecided_even_if_an_answer_is_asked_for(call):
    german = "Wir haben im März einen Auftrag verloren, weil das Angebot neun Tage brauchte."
    pay = "My salary has not moved in three years.", "My salary has not moved in three years!"
    rows = [{"id": 1, "a": GOOD, "b": german}, {"id": 2, "a": pay[0], "b": pay[1]}]
    result = call("compare", "--batch", "--decide", stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert [json.loads(line)["preferred"] for line in result.stdout.splitlines()] == ["undecided", "undecided"]


def test_profile(call):
    sections = {"headline": "I help food plants cut quote times", "skills": ["Quoting", "Freight"], "about": None}
    result = call("profile", "--json", stdin=json.dumps({"surface": "linkedin-profile", "sections": sections}))
    assert result.returncode == 0
    assert json.loads(result.stdout)["surface"] == "linkedin-profile"


@pytest.mark.parametrize("stdin", ["", "[]", '{"sections": 3}', '{"surface": "x-post", "sections": {}}', "[" * 100_000, "nan"])
def test_an_invalid_profile_is_one_line_on_stderr(stdin, call):
    result = call("profile", "--json", stdin=stdin)
    assert (result.returncode, result.stdout) == (2, b"")
    assert result.stderr.startswith(b"nlp: ")
    assert result.stderr.count(b"\n") == 1


def test_lint_prints_the_json_of_vale(tmp_path, call):
    style = tmp_path / "House"
    style.mkdir()
    (style / "Words.yml").write_text(
        "extends: substitution\nmessage: \"Use '%s' instead of '%s'.\"\nlevel: error\nlink: https://example.com\n"
        "ignorecase: true\nswap:\n  utilize: use\n",
        encoding="utf-8",
    )
    text = tmp_path / "post.txt"
    text.write_text("One line.\nWe utilize pumps.\n", encoding="utf-8")
    result = run("lint", "--styles", str(tmp_path), str(text))
    assert result.returncode == 1
    (alert,) = json.loads(result.stdout)[str(text)]
    assert alert == {
        "Action": {"Name": "replace", "Params": ["use"]},
        "Check": "House.Words",
        "Description": "",
        "Line": 2,
        "Link": "https://example.com",
        "Match": "utilize",
        "Message": "Use 'use' instead of 'utilize'.",
        "Severity": "error",
        "Span": [4, 10],
    }
    config = tmp_path / ".vale.ini"
    config.write_text("StylesPath = .\n[*.txt]\nBasedOnStyles = House\nHouse.Words = NO\n", encoding="utf-8")
    result = call("lint", "--styles", str(tmp_path), "--config", str(config), str(text))
    assert (result.returncode, json.loads(result.stdout)) == (0, {})


def test_lint_says_that_a_folder_is_not_a_file(tmp_path, call):
    style = tmp_path / "House"
    style.mkdir()
    (style / "Words.yml").write_text("extends: existence\nmessage: x\ntokens: [a]\n", encoding="utf-8")
    result = call("lint", "--styles", str(tmp_path), str(style))
    assert (result.returncode, result.stderr) == (2, f"nlp: {style}: not a file\n".encode())


def test_lint_reports_a_missing_file_in_one_line(tmp_path, call):
    result = call("lint", "--styles", str(tmp_path), "nowhere.txt")
    assert result.returncode == 2
    assert result.stderr.count(b"\n") == 1
