import ast
from pathlib import Path

import pytest

import nlp
from nlp import Coach
from nlp.evaluation import fairness, metrics
from nlp.evaluation.__main__ import main
from nlp.evaluation.card import END, START, Table, filled

NLP = Path(nlp.__file__).parent


def test_metrics_on_cases_worked_by_hand():
    assert metrics.spearman([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert metrics.spearman([1, 1, 1], [1, 2, 3]) == 0
    assert metrics.auc([0.9, 0.4, 0.6, 0.1], [1, 1, 0, 0]) == 0.75
    assert metrics.accuracy([0.9, 0.2, 0.5, 0.4], [1, 0, 1, 1]) == 0.625
    assert metrics.calibration_error([0.75, 0.75, 0.75, 0.75], [1, 1, 1, 0]) == pytest.approx(0)
    assert metrics.calibration_error([0.95, 0.95], [1, 0]) == pytest.approx(0.45)


def test_a_bootstrap_interval_contains_its_figure_and_is_seeded():
    predicted, true = [i / 50 for i in range(50)], [(i * 7) % 50 / 50 for i in range(50)]
    figure = metrics.bootstrap(metrics.spearman, predicted, true, draws=200)
    assert figure.low <= figure.value <= figure.high
    assert figure == metrics.bootstrap(metrics.spearman, predicted, true, draws=200)


def test_swapping_names_moves_scores_within_the_limits():
    found = fairness.name_swaps(Coach())
    assert found.mean < fairness.MEAN_LIMIT
    assert found.worst <= fairness.SINGLE_LIMIT


def test_a_model_card_keeps_the_text_around_its_tables():
    tables = [Table(("measured", "on"), [("0.6", "10 pairs")]), Table(("a", "b"), [("1", "2")], "Second")]
    text = filled(f"before\n{START}\nold\n{END}\nafter\n", tables)
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "| measured | on |\n| --- | --- |\n| 0.6 | 10 pairs |\n\nSecond\n\n| a | b |" in text
    with pytest.raises(ValueError, match="needs the lines"):
        filled("no marks", tables)


def test_a_table_as_text_has_aligned_columns():
    assert Table(("one", "b"), [("1", "two")], "T").as_text() == "T:\none  b\n1    two"


def test_run_time_code_imports_neither_training_nor_evaluation_nor_scikit_learn():
    for path in NLP.rglob("*.py"):
        if path.relative_to(NLP).parts[0] in ("training", "evaluation"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += (
                [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not [n for n in names if n.startswith(("nlp.training", "nlp.evaluation", "sklearn", "scipy"))], path


def test_missing_corpora_are_one_line_and_exit_code_2(tmp_path, capsys):
    assert main(["--corpora", str(tmp_path / "nowhere")]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "nowhere" in captured.err
    assert not captured.out
