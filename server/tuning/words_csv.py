"""The organisation's words as a CSV file: exported, and imported in one go. Importing the same file again changes nothing."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from server.audit import operations as audit
from server.core.identity import Identity
from server.core.problems import Problem, field_problem
from server.core.spreadsheet import write_csv
from server.people.csv_import import ImportResult, Row, RowOutcome, check_columns, import_rows, numbered_rows, read_table
from server.tuning import queries
from server.tuning.words import KIND_LABELS, WordValues, check_word, fold, insert_word, update_word

COLUMNS = ("word", "kind", "use", "note", "surfaces")
REQUIRED = ("word", "kind")
#: The columns by the fields of ``WordValues``.
_COLUMN_OF = {"text": "word"}
_KINDS = {label.casefold(): kind for kind, label in KIND_LABELS.items()} | {kind: kind for kind in KIND_LABELS}


def export_words(session: Session) -> str:
    """In the format of the import."""
    return write_csv(
        COLUMNS,
        (
            (word.text, KIND_LABELS[word.kind], word.use, word.note, " ".join(word.surfaces))
            for word in queries.all_words(session)
        ),
    )


def import_words(session: Session, text: str, *, editor: Identity, dry_run: bool) -> ImportResult:
    """Adds words and changes those that are on the list: all rows or, if one is wrong, none. 422 if it is no such file.
    ``surfaces``: names separated by blanks or commas; empty for everywhere."""
    header, table = read_table(text)
    check_columns(header, columns=COLUMNS, required=REQUIRED)
    seen: dict[str, int] = {}

    def import_row(number: int, row: Row) -> RowOutcome:
        try:
            return _import_row(session, number, row, seen)
        except Problem as problem:
            if not problem.errors:
                raise
            error = problem.errors[0]
            raise field_problem(_COLUMN_OF.get(error["field"], error["field"]), error["message"]) from None

    result = import_rows(session, numbered_rows(header, table), import_row, dry_run=dry_run)
    if not dry_run and not result.errors and (result.added or result.changed):
        audit.record(
            session,
            action="words.imported",
            object_type="word",
            object_id="list",
            actor=editor,
            changes={"words_added": (None, len(result.added)), "words_changed": (None, len(result.changed))},
        )
    return result


def _import_row(session: Session, number: int, row: Row, seen: dict[str, int]) -> RowOutcome:
    kind = _KINDS.get(" ".join(row["kind"].casefold().split()), row["kind"])
    surfaces = tuple(name for name in re.split(r"[\s,;|]+", row.get("surfaces", "").lower()) if name)
    values = check_word(WordValues(kind, row["word"], row.get("use", ""), row.get("note", ""), surfaces))
    folded = fold(values.text)
    if folded in seen:
        raise field_problem("text", f"is also in row {seen[folded]}")
    seen[folded] = number
    label = f"{values.text} ({KIND_LABELS[values.kind].lower()})"
    word = queries.word_by_folded(session, folded=folded)
    if word is None:
        insert_word(session, values)
        return RowOutcome(label, "added")
    return RowOutcome(label, "changed" if update_word(session, word, values) else "unchanged")
