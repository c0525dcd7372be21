"""Files: what is exported comes back the same, in three shapes; wrong lines are named; nothing is imported twice."""

from __future__ import annotations

import io
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.labels import consent, filling, operations, queries
from server.labels.answers import Given, checked
from server.labels.exchange import argilla, exporting, label_studio, own, streams
from server.labels.exchange.exporting import export_labels
from server.labels.exchange.importing import MAX_ITEMS, import_labels, parse_file
from server.labels.exchange.records import FieldError, ItemRecord, ReaderAnswer, SettledAnswer
from server.labels.models import CHOICES, DIMENSIONS, SURFACES, LabelItem, LabelReader, LabelText
from server.labels.removal import remove_texts
from server.labels.texts import NewText
from tests.factories import make_user
from tests.server.labels.label_helpers import choice, make_expert, make_item, marks, share
from tests.texts import sentence, sentences

SHAPES = {"repute": own, "argilla": argilla, "label-studio": label_studio}
AT = datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def session(session):
    """Rolled back after the test."""
    yield session
    session.rollback()


def file_of(*rows, as_array=False):
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    content = ",\n".join(lines).join(("[\n", "\n]")) if as_array else "\n".join(lines)
    return io.BytesIO(content.encode())


def load(session, *rows, as_array=False):
    return import_labels(session, parse_file(file_of(*rows, as_array=as_array)))


def errors_of(report):
    return [(error.line, error.field) for error in report.errors]


# --- round trips ------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=40).filter(str.strip)
notes = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40).map(lambda text: " ".join(text.split()))
reasons = st.sets(st.sampled_from(DIMENSIONS)).map(lambda chosen: tuple(name for name in DIMENSIONS if name in chosen))
choices = st.builds(Given, choice=st.sampled_from(CHOICES), reasons=reasons, note=notes)
all_marks = st.fixed_dictionaries({}, optional={name: st.integers(1, 5) for name in DIMENSIONS}).filter(bool)
ratings = st.builds(
    Given,
    marks=all_marks.map(lambda chosen: {name: chosen[name] for name in DIMENSIONS if name in chosen}),
    whole=st.none() | st.integers(0, 100),
    reasons=reasons,
    note=notes,
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


@st.composite
def item_records(draw, *, is_settled=True, has_times=True):
    surface = draw(st.sampled_from(SURFACES))
    texts = draw(st.lists(words, min_size=1, max_size=2, unique=True))
    judgements = choices if len(texts) > 1 else ratings
    readers = draw(st.lists(st.uuids().map(str), max_size=4, unique=True))
    answers = tuple(ReaderAnswer(reader, draw(judgements), draw(moments) if has_times else None) for reader in readers)
    settled = None
    if is_settled and draw(st.booleans()):
        plain = draw(judgements)
        answer = Given(choice=plain.choice, marks=plain.marks, whole=plain.whole)
        settled = SettledAnswer(str(draw(st.uuids())), draw(st.none() | st.uuids().map(str)), answer, draw(moments))
    return ItemRecord(tuple(NewText(surface, text, draw(words)) for text in texts), answers, settled)


def through(shape, record):
    """Written to a file in this shape, and read back."""
    rows = list(exporting._lines([record], shape))
    parsed = parse_file(io.BytesIO("".join(rows).encode()))
    assert parsed.report.errors == []
    return parsed.records[0][1]


@settings(max_examples=60)
@examples(item_records())
def test_our_own_shape_loses_nothing(record):
    assert through("repute", record) == record


@settings(max_examples=60)
@examples(item_records(is_settled=False, has_times=False))
def test_argilla_s_shape_loses_no_answer(record):
    # Argilla keeps no times; an answer's order among the readers is that of their first question.
    found = through("argilla", record)
    assert found.texts == record.texts
    assert {one.reader: one.given for one in found.answers} == {one.reader: one.given for one in record.answers}


@settings(max_examples=60)
@examples(item_records(is_settled=False))
def test_label_studio_s_shape_loses_no_answer(record):
    assert through("label-studio", record) == record


def scene(session):
    """A pair that was settled, a pair with one answer, a marked draft; nothing else is in the database."""
    session.execute(delete(LabelItem))
    session.execute(delete(LabelText))
    readers = [make_expert(session) for _ in range(3)]
    items = make_item(session, group="g"), make_item(session, surface="x-post"), make_item(session, kind="draft")
    for number, (reader, value) in enumerate(zip(readers, ("first", "second"), strict=False)):
        stored = operations.answer_item(session, reader=reader, item_id=items[0], given=choice(value, reasons=("hook",)))
        stored.at = AT + timedelta(minutes=number)
    operations.settle(session, settler=readers[2], item_id=items[0], given=choice("same"))
    operations.answer_item(session, reader=readers[0], item_id=items[1], given=choice("same", note="Both sell."))
    for reader in readers[:2]:
        operations.answer_item(session, reader=reader, item_id=items[2], given=marks(4, whole=77, story=2))
    return items


def clear(session):
    """As in an organisation that has none of it."""
    remove_texts(session, text_ids=session.scalars(select(LabelText.id)).all())
    session.execute(delete(LabelReader))
    session.expire_all()


def test_a_file_imported_elsewhere_is_exported_the_same(session):
    scene(session)
    first = "".join(export_labels(session, shape="repute"))
    labels = queries.usable_labels(session)
    clear(session)
    report = import_labels(session, parse_file(io.BytesIO(first.encode())))
    assert (report.items_read, report.items_added, report.answers_added, report.errors) == (3, 3, 5, [])
    assert "".join(export_labels(session, shape="repute")) == first
    assert queries.usable_labels(session) == labels
    again = import_labels(session, parse_file(io.BytesIO(first.encode())))
    assert (again.texts_added, again.items_added, again.answers_added, again.errors) == (0, 0, 0, [])


@pytest.mark.parametrize("shape", SHAPES)
def test_importing_ones_own_export_changes_nothing(session, shape):
    scene(session)
    before = "".join(export_labels(session, shape="repute"))
    exported = "".join(export_labels(session, shape=shape))
    report = import_labels(session, parse_file(io.BytesIO(exported.encode())))
    assert (report.texts_added, report.items_added, report.answers_added, report.errors) == (0, 0, 0, [])
    assert "".join(export_labels(session, shape="repute")) == before


@pytest.mark.parametrize("shape", ["argilla", "label-studio"])
def test_other_tools_files_bring_the_same_answers(session, shape):
    scene(session)
    ratings_before, preferences_before = queries.usable_labels(session)
    exported = "".join(export_labels(session, shape=shape))
    assert isinstance(json.loads(exported), list)
    clear(session)
    import_labels(session, parse_file(io.BytesIO(exported.encode())))
    found_ratings, found_preferences = queries.usable_labels(session)
    assert found_ratings == ratings_before
    # The settled answer stays here, so the answers that differ count no more.
    assert len(preferences_before) == 1
    assert found_preferences == []


def test_exports_name_nobody_and_hold_only_texts_that_may_be_used(session):
    scene(session)
    user = make_user(session, name="Quirina Canary")
    share(session, user, f"Canarytext of one route. {sentences(5)}")
    consent.give_consent(session, user_id=user.id)
    filling.add_shared_items(session)
    exported = "".join(export_labels(session, shape="repute"))
    assert "Canarytext" in exported
    assert "Quirina" not in exported
    assert "@" not in exported
    consent.withdraw_consent(session, user_id=user.id)
    for shape in SHAPES:
        assert "Canarytext" not in "".join(export_labels(session, shape=shape))
    recorded = session.scalars(select(AuditEntry.object_id).where(AuditEntry.action == "labels.exported")).all()
    assert recorded[-4:] == ["repute", *SHAPES]


# --- shapes as other tools write them ---------------------------------------------------------------------------------


def test_argilla_s_records(session):
    user_1, user_2 = str(uuid.uuid4()), str(uuid.uuid4())
    pair = {
        "id": "7", "_server_id": str(uuid.uuid4()), "vectors": {}, "metadata": {"surface": "x-post", "split": "a"},
        "fields": {"first": sentence(), "second": sentence()},
        "suggestions": {"preference": {"value": "second", "score": 0.9, "agent": "a model"}},
        "responses": {"preference": [{"value": "first", "user_id": user_1}, {"value": "first", "user_id": user_2}]},
    }  # fmt: skip
    draft = {
        "id": "8", "metadata": {"surface": "x-reply"}, "fields": {"text": sentence()}, "suggestions": {},
        "responses": {"clarity": [{"value": 4, "user_id": user_1}], "whole": [{"value": "66", "user_id": user_1}]},
    }  # fmt: skip
    report = load(session, pair, draft, as_array=True)
    assert (report.items_added, report.answers_added, report.errors) == (2, 3, [])
    preferences = [one for one in queries.usable_labels(session)[1] if one.first == pair["fields"]["first"]]
    assert [(one.surface, one.answer) for one in preferences] == [("x-post", 1.0)] * 2


def test_label_studio_s_tasks(session):
    first, second = sentence(), sentence()

    def annotation(selected, **more):
        result = {
            "id": "a1",
            "from_name": "preference",
            "to_name": "first,second",
            "type": "pairwise",
            "value": {"selected": selected},
        }
        return {"id": 1, "result": [result], "was_cancelled": False, "lead_time": 4.2, "completed_by": 3, **more}

    task = {
        "id": 5, "project": 1, "data": {"surface": "linkedin-post", "first": first, "second": second},
        "annotations": [
            annotation("right", created_at="2026-11-23T09:30:00.5Z"),
            annotation("right", completed_by={"id": 4, "email": "someone@example.com"}),
            annotation("left", completed_by=5, was_cancelled=True),
        ],
        "predictions": [],
    }  # fmt: skip
    report = load(session, task)
    assert (report.items_added, report.answers_added, report.errors) == (1, 2, [])
    preferences = [one for one in queries.usable_labels(session)[1] if one.first == first]
    assert [one.answer for one in preferences] == [0.0, 0.0]
    codes = queries.readers_by_code(session, codes=["label-studio-3", "label-studio-4"])
    assert len(codes) == 2


def test_a_pair_in_the_other_order_is_the_same_item_with_the_other_choice(session):
    first, second = sentence(), sentence()
    make_item(session, texts=(first, second))
    row = {
        "surface": "linkedin-post", "texts": [{"text": second}, {"text": first}],
        "answers": [{"reader": name, "choice": "first"} for name in ("Ann", "Bob")],
        "settled": {"reader": "Cyd", "choice": "first"},
    }  # fmt: skip
    report = load(session, row)
    assert (report.texts_added, report.items_added, report.answers_added) == (0, 0, 2)
    found = [one for one in queries.usable_labels(session)[1] if one.first == first]
    assert [(one.second, one.answer) for one in found] == [(second, 0.0)]


# --- what is wrong ----------------------------------------------------------------------------------------------------


def good(**changed):
    return {"surface": "x-post", "texts": [{"text": sentence()}, {"text": sentence()}], "answers": []} | changed


def draft(**answer):
    return good(texts=[{"text": sentence()}], answers=[{"reader": "Ann", "marks": {"hook": 3}, "whole": 50} | answer])


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ('{"surface": "x-post"', "line"),
        ("[1, 2]", "line"),
        ('"a text"', "line"),
        ({"surface": "x-post"}, "line"),
        (good(surface="myspace"), "surface"),
        (good(surface=["x-post"]), "surface"),
        (good(texts=[]), "texts"),
        (good(texts=[{"text": "One."}] * 3), "texts"),
        (good(texts=[{"text": "The same."}, {"text": "The same."}]), "texts"),
        (good(texts=[{"text": "One."}, {"text": "  "}]), "texts.1.text"),
        (good(texts=[{"text": "One."}, {"text": 2}]), "texts.1.text"),
        (good(texts=[{"text": "One.\0"}, {"text": "Two."}]), "texts.0.text"),
        (good(texts=[{"text": "x" * 5_001}, {"text": "Two."}]), "texts.0.text"),
        (good(texts=[{"text": "One.", "group": "g" * 65}, {"text": "Two."}]), "texts.0.group"),
        (good(answers={"reader": "Ann"}), "answers"),
        (good(answers=[{"reader": "", "choice": "first"}]), "answers.0.reader"),
        (good(answers=[{"reader": "Ann", "choice": "left"}]), "answers.0.choice"),
        (good(answers=[{"reader": "Ann", "choice": "first", "reasons": ["charm"]}]), "answers.0.reasons"),
        (good(answers=[{"reader": "Ann", "choice": "first", "note": "x" * 301}]), "answers.0.note"),
        (good(answers=[{"reader": "Ann", "choice": "first", "at": "yesterday"}]), "answers.0.at"),
        (good(answers=[{"reader": "Ann", "choice": "first", "at": "2026-11-23T09:30:00"}]), "answers.0.at"),
        (good(settled={"reader": "Ann"}), "settled.choice"),
        (draft(marks={"hook": 6}), "answers.0.marks.hook"),
        (draft(marks={"charm": 3}), "answers.0.marks"),
        (draft(marks={"hook": 2.5}), "answers.0.marks.hook"),
        (draft(whole=-1), "answers.0.whole"),
        (draft(marks={}, whole=None), "answers.0.marks"),
        ({"fields": {"first": "One.", "second": "Two."}}, "metadata.surface"),
        ({"fields": {"first": "One."}, "metadata": {"surface": "x-post"}}, "fields.second"),
        (
            {"fields": {"text": "One."}, "metadata": {"surface": "x-post"}, "responses": {"hook": [{"value": 3}]}},
            "responses.hook.0.user_id",
        ),
        ({"data": {"first": "One.", "second": "Two."}}, "data.surface"),
        (
            {"data": {"surface": "x-post", "text": "One."}, "annotations": [{"result": [{"from_name": "hook", "value": {}}]}]},
            "annotations.0.completed_by",
        ),
    ],
)
def test_a_wrong_line_is_named_and_the_rest_is_imported(session, row, field):
    before, after = good(), good()
    report = load(session, before, row, after)
    assert errors_of(report) == [(2, field)]
    assert report.items_added == 2
    assert not any(word in report.errors[0].message for word in ("Ann", "One.", "myspace"))


def test_an_array_is_read_to_the_place_where_it_breaks(session):
    report = import_labels(session, parse_file(io.BytesIO(f"[\n{json.dumps(good())},\n{{'surface': }}]".encode())))
    assert (report.items_added, errors_of(report)) == (1, [(3, "line")])


def test_a_pretty_printed_array_names_the_line_on_which_an_item_begins(session):
    rows = json.dumps([good(), good(surface="myspace")], indent=1)
    line = rows[: rows.index("myspace")].count("\n")
    assert errors_of(import_labels(session, parse_file(io.BytesIO(rows.encode())))) == [(line, "surface")]


def test_long_files_are_read_piece_by_piece():
    rows = [good() for _ in range(2_000)]
    for as_array in (False, True):
        found = list(streams.read_objects(file_of(*rows, as_array=as_array)))
        assert [value for _, value in found] == rows
        assert [line for line, _ in found] == list(range(1 + as_array, 2_001 + as_array))


def test_a_line_that_is_too_long_or_no_utf_8_is_left_out():
    content = b'{"a": "' + b"x" * streams.MAX_OBJECT_BYTES + b'"}\n{"a": "\xff"}\n\n{"a": 1}\n'
    found = list(streams.read_objects(io.BytesIO(content)))
    assert [line for line, _ in found] == [1, 2, 4]
    assert [isinstance(value, FieldError) for _, value in found] == [True, True, False]
    assert list(streams.read_objects(io.BytesIO(b""))) == []
    assert list(streams.read_objects(io.BytesIO(b" \n[]\n"))) == []


def test_a_file_has_a_limit(session, monkeypatch):
    assert MAX_ITEMS == 5_000
    monkeypatch.setattr("server.labels.exchange.importing.MAX_ITEMS", 3)
    report = load(session, *(good() for _ in range(5)))
    assert (report.items_added, errors_of(report)) == (3, [(4, "line")])


def test_nobody_answers_for_a_person_here(session):
    reader = make_expert(session)
    code = operations.own_reader(session, user_id=reader.user_id).code
    report = load(session, good(answers=[{"reader": code, "choice": "first"}]))
    assert (report.items_added, report.answers_added, errors_of(report)) == (1, 0, [(1, "answers.0")])


def test_partial_marks_are_enough_in_files_only():
    partial = Given(marks={"hook": 3})
    assert checked("draft", partial, is_partial=True).marks == {"hook": 3}
    with pytest.raises(Problem) as refusal:
        checked("draft", partial)
    assert refusal.value.errors[0]["field"] == "marks.clarity"
