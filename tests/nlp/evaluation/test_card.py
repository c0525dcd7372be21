"""Tables for the screen and for model cards."""

import pytest

from nlp.evaluation.card import END, START, Table, replace_tables


def test_a_model_card_keeps_the_text_around_its_tables():
    tables = [Table(("measured", "on"), [("0.6", "10 pairs")]), Table(("a", "b"), [("1", "2")], "Second")]
    text = replace_tables(f"before\n{START}\nold\n{END}\nafter\n", tables)
    assert "old" not in text
    assert text.startswith("before\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "| measured | on |\n| --- | --- |\n| 0.6 | 10 pairs |\n\nSecond\n\n| a | b |" in text
    with pytest.raises(ValueError, match="needs the lines"):
        replace_tables("no marks", tables)


def test_a_table_as_text_has_aligned_columns():
    assert Table(("one", "b"), [("1", "two")], "T").as_text() == "T:\none  b\n1    two"
