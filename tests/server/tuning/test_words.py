"""The organisation's words: edited one by one, imported and exported as CSV, and part of a scoring version."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from nlp import Coach, Draft
from nlp.quality.document import MAX_WORDS
from server.audit.models import AuditEntry
from server.core.problems import Problem
from server.people.queries import get_organisation
from server.tuning import champion, draft, models, operations, queries, versions, words
from server.tuning.models import DraftWord
from server.tuning.words import WordValues
from server.tuning.words_csv import export_words, import_words
from tests.factories import make_identity, make_user


@pytest.fixture
def admins(session):
    """Two administrators; rolled back after the test."""
    yield [make_identity(make_user(session, role="admin", name=f"Admin {number}")) for number in (1, 2)]
    session.rollback()


@pytest.fixture
def editor(admins):
    return admins[0]


def add(session, editor, text, kind="banned", **values):
    return words.add_word(session, editor=editor, values=WordValues(kind, text, **values))


def texts(session):
    return [word.text for word in queries.all_words(session)]


def test_words_are_stored_as_one_tidy_line(session, editor):
    word = add(
        session, editor, "  best   in\tclass ", kind="preferred", use=" strong ", note="Say how.\n", surfaces=("x-post",)
    )
    assert (word.text, word.use, word.note, word.surfaces) == ("best in class", "strong", "Say how.", ["x-post"])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (WordValues("banned", " "), "text"),
        (WordValues("banned", "x" * 81), "text"),
        (WordValues("banned", "!?"), "text"),
        (WordValues("banned", "ALREADY there"), "text"),
        (WordValues("banned", "a\x07b"), "text"),
        (WordValues("loved", "word"), "kind"),
        (WordValues("preferred", "word"), "use"),
        (WordValues("preferred", "word", use="Word"), "use"),
        (WordValues("preferred", "word", use="already there"), "use"),
        (WordValues("brand", "Word", use="word"), "use"),
        (WordValues("banned", "word", use="y" * 81), "use"),
        (WordValues("banned", "word", note="y" * 201), "note"),
        (WordValues("banned", "word", surfaces=("mastodon",)), "surfaces"),
    ],
)
def test_invalid_words_are_refused_with_their_field(session, editor, values, field):
    add(session, editor, "already there")
    with pytest.raises(Problem) as refused:
        words.add_word(session, editor=editor, values=values)
    assert refused.value.errors[0]["field"] == field
    assert texts(session) == ["already there"]


def test_a_tip_never_suggests_what_another_tip_is_about(session, editor):
    add(session, editor, "clients", kind="preferred", use="customers")
    with pytest.raises(Problem, match="invalid-field") as refused:
        add(session, editor, "customers", kind="banned")
    assert "instead of “clients”" in refused.value.errors[0]["message"]


def test_the_list_is_limited(session, editor):
    session.add_all(
        DraftWord(kind="banned", text=f"word {number}", folded=f"word {number}", surfaces=[]) for number in range(MAX_WORDS)
    )
    session.flush()
    with pytest.raises(Problem) as refused:
        add(session, editor, "one more")
    assert refused.value.errors[0]["limit"] == MAX_WORDS


def test_every_step_is_in_the_audit_log(session, editor):
    word = add(session, editor, "clients", kind="preferred", use="customers")
    words.change_word(session, editor=editor, word_id=word.id, values=WordValues("banned", "clients"))
    words.change_word(session, editor=editor, word_id=word.id, values=WordValues("banned", "clients"))
    words.delete_word(session, editor=editor, word_id=word.id)
    import_words(session, "word,kind\ncheap,banned\n", editor=editor, dry_run=True)
    import_words(session, "word,kind\ncheap,banned\n", editor=editor, dry_run=False)
    rows = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "word").order_by(AuditEntry.id)).all()
    assert [(row.action, row.changes) for row in rows] == [
        ("word.added", {"word": [None, "Preferred: clients → customers"]}),
        ("word.changed", {"word": ["Preferred: clients → customers", "Banned: clients"]}),
        ("word.deleted", {"word": ["Banned: clients", None]}),
        ("words.imported", {"words_added": [None, 1], "words_changed": [None, 0]}),
    ]
    assert {row.actor_id for row in rows} == {editor.user_id}


def test_an_exported_file_is_safe_in_a_spreadsheet_and_changes_nothing_when_imported(session, editor):
    add(session, editor, "-free", note="=1+1 is no price")
    add(session, editor, "Acme; Flow", kind="brand", surfaces=("linkedin-post", "x-post"))
    exported = export_words(session)
    rows = list(csv.reader(io.StringIO(exported)))
    assert rows[1] == ["'-free", "Banned", "", "'=1+1 is no price", ""]
    assert rows[2] == ["Acme; Flow", "Brand term", "", "", "linkedin-post x-post"]
    result = import_words(session, exported, editor=editor, dry_run=False)
    assert (result.added, result.changed, result.unchanged, result.errors) == ([], [], 2, [])


def test_a_file_with_wrong_rows_changes_nothing_and_names_row_and_column(session, editor):
    text = (
        "word,kind,use,note,surfaces\ncheap,banned,,,\nclients,preferred,,,\nCheap,banned,,,\ncrew,loved,,,\n"
        "Acme,brand,,,everywhere\n,banned,x,,\n"
    )
    result = import_words(session, text, editor=editor, dry_run=False)
    assert [(error.row, error.column) for error in result.errors] == [
        (3, "use"), (4, "word"), (5, "kind"), (6, "surfaces"), (7, "word"),
    ]  # fmt: skip
    assert texts(session) == []


def test_a_dry_run_changes_nothing(session, editor):
    result = import_words(session, "word;kind;use\nclients;Preferred;customers\n", editor=editor, dry_run=True)
    assert result.added == ["clients (preferred)"]
    assert texts(session) == []


def test_words_are_proposed_confirmed_and_rolled_back_like_any_change(session, admins):
    get_organisation(session).two_person = True
    first = champion.ensure_champion(session)
    text = "Our clients counted the pallets on the dock twice, and then they called us about a torn label."
    add(session, admins[0], "clients", kind="preferred", use="customers")
    assert draft.is_changed(session)
    version = operations.create_version_of_draft(session, author=admins[0], note="Our word for customers")
    assert versions.get_version(session, version_hash=version.hash).changes == (
        "Words.Preferred: new", "Words: 1 added",
    )  # fmt: skip
    promotion = operations.propose(session, proposer=admins[0], version_hash=version.hash)
    assert "Words.Preferred" not in rules_found(session, text), "a proposal affects nobody"
    operations.confirm(session, confirmer=admins[1], promotion_id=promotion.id)
    assert "Words.Preferred" in rules_found(session, text)
    assert not draft.is_changed(session)
    with pytest.raises(Problem) as refused:
        operations.create_version_of_draft(session, author=admins[0], note="Again")
    assert refused.value.code == "nothing-changed"
    back = operations.propose(session, proposer=admins[0], version_hash=first.version)
    operations.confirm(session, confirmer=admins[1], promotion_id=back.id)
    assert "Words.Preferred" not in rules_found(session, text)
    assert draft.is_changed(session)
    draft.discard(session, editor=admins[0])
    assert texts(session) == []


def rules_found(session, text):
    coach = Coach(champion.get_champion(session))
    return {finding.rule for finding in coach.assess(Draft("linkedin-post", text)).findings}


def test_kinds_are_those_of_the_coach():
    assert words.WORD_KINDS == models.WORD_KINDS
