"""What training reads, and what it says when that is missing."""

import subprocess
import sys
from pathlib import Path

import pytest

from nlp import training
from nlp.training import sources
from nlp.training.__main__ import main

ROOT = Path(training.__file__).parents[2]


def test_every_corpus_that_is_read_is_described():
    described = (ROOT / "nlp/training/SOURCES.md").read_text(encoding="utf-8")
    assert not [name for name in {*sources.LANGUAGE, *sources.QUALITY} if f"| `{name}` |" not in described]


@pytest.mark.parametrize("only", [(), ("--only", "language"), ("--only", "quality")])
def test_missing_corpora_are_one_line_and_exit_code_2(tmp_path, capsys, only):
    assert main(["--corpora", str(tmp_path), *only]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert str(tmp_path) in captured.err
    assert not captured.out


def test_an_incomplete_folder_names_what_is_missing(tmp_path, capsys):
    for name in sources.QUALITY[1:]:
        (tmp_path / name).mkdir()
    assert main(["--corpora", str(tmp_path), "--only", "quality"]) == 2
    assert f"(missing: {sources.QUALITY[0]}):" in capsys.readouterr().err


def test_a_set_without_its_files_is_one_line_and_exit_code_2(tmp_path, capsys):
    for name in sources.QUALITY:
        (tmp_path / name).mkdir()
    assert main(["--corpora", str(tmp_path), "--only", "quality", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_run_time_imports_load_no_training_code():
    code = "import sys, nlp; nlp.Coach(); print([m for m in sys.modules if m.startswith(('nlp.training', 'sklearn'))])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"
