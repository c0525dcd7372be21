"""The command line of the evaluation."""

from nlp.evaluation.__main__ import main


def test_missing_corpora_are_one_line_and_exit_code_2(tmp_path, capsys):
    assert main(["--corpora", str(tmp_path / "nowhere")]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "nowhere" in captured.err
    assert not captured.out
