"""Which texts may be used: shared items only while their person consents, never asked of that person; and privacy."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import MetaData, func, select

from server.activities import operations as activities
from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.labels import consent, events, filling, operations, queries, removal
from server.labels.models import LabelAnswer, LabelConsent, LabelItem, LabelText
from server.labels.project_texts import project_texts
from server.people.models import User
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.concurrency import at_once
from tests.factories import make_identity, make_user
from tests.server.labels.label_helpers import choice, make_expert, make_item, marks, share, work_through
from tests.texts import sentences

assert events, "the application and the worker import it"


@pytest.fixture
def session(session):
    """Rolled back after the test."""
    yield session
    session.rollback()


@pytest.fixture
def author(session):
    """A person who shared three posts and consents; the queue has been filled."""
    user = make_user(session, name="Quirina Canary")
    for number in range(3):
        share(session, user, f"Canarytext {number} of one route. {sentences(5)}")
    filling.fill(session)
    consent.give_consent(session, user_id=user.id)
    return user


def canaries(session):
    """How many items about the person's texts are in the queue."""
    return sum("Canarytext" in texts.first for texts in queries.usable_items(session))


def database_as_text(session):
    session.flush()
    tables = MetaData()
    tables.reflect(session.connection())
    return "\n".join(str(row) for table in tables.sorted_tables for row in session.connection().execute(select(table)))


def test_the_project_s_own_texts_fill_the_queue_once(session):
    added = filling.fill(session)
    assert added > len(project_texts()), "each text alone, and pairs"
    assert filling.fill(session) == 0
    assert queries.count_texts(session) == {"project": len(project_texts())}
    surfaces = {texts.surface for texts in queries.usable_items(session)}
    assert surfaces == {"linkedin-post", "linkedin-comment", "x-post", "x-reply"}
    pairs = [texts for texts in queries.usable_items(session) if texts.second is not None]
    assert len(pairs) == added - len(project_texts())
    assert all(texts.groups[0] == texts.groups[1] for texts in pairs)


def test_shared_items_are_used_only_with_consent(session):
    user = make_user(session)
    share(session, user, f"Canarytext of a person who said nothing. {sentences(5)}")
    filling.fill(session)
    assert canaries(session) == 0
    consent.give_consent(session, user_id=user.id)
    consent.give_consent(session, user_id=user.id)
    assert canaries(session) == 1
    recorded = select(AuditEntry.action).where(AuditEntry.object_id == str(user.id), AuditEntry.action.like("labels.%"))
    assert session.scalars(recorded).all() == ["labels.consent-given"]


def test_items_shared_later_follow_by_themselves(session, author):
    assert canaries(session) == 3 + 3, "each alone, and each with up to two before it"
    share(session, author, f"Canarytext of today. {sentences(5)}")
    filling.refill(session)
    assert canaries(session) == 4 + 5
    filling.refill(session)
    assert canaries(session) == 4 + 5


def test_nobody_is_asked_about_their_own_text(session, author):
    """An author may be an administrator, or an expert."""
    session.get_one(User, author.id).role = "admin"
    reader, other = make_identity(author), make_expert(session)
    waiting = [queries.count_waiting(session, user_id=one.user_id) for one in (other, reader)]
    assert waiting[0] - waiting[1] == canaries(session) > 0
    own = next(one.item.id for one in queries.usable_items(session) if "Canarytext" in one.first and one.second is None)
    assert own not in work_through(session, reader, "draft")
    assert own in work_through(session, other, "draft")
    for act in (operations.skip_item, partial(operations.answer_item, given=choice())):
        with pytest.raises(Problem) as refusal:
            act(session, reader=reader, item_id=own)
        assert refusal.value.status == 404


def test_an_imported_text_that_its_author_shares_is_not_asked_of_them(session):
    user = make_user(session, role="admin")
    text = f"Our crane stood still on a Tuesday. {sentences(5)}"
    item = make_item(session, kind="draft", texts=(text,))
    share(session, user, text)
    filling.fill(session)
    consent.give_consent(session, user_id=user.id)
    assert queries.item_texts(session, item_id=item).authors == {user.id}
    consent.withdraw_consent(session, user_id=user.id)
    assert queries.item_texts(session, item_id=item) is not None, "the organisation may still use its file"


def test_withdrawn_consent_deletes_texts_and_answers_in_the_middle_of_labelling(session, author):
    reader, other = make_expert(session), make_expert(session)
    own = [texts for texts in queries.usable_items(session) if "Canarytext" in texts.first]
    for texts in own:
        given = choice(note="Canarynote") if texts.second else marks(4, whole=70)
        for one in (reader, other):
            operations.answer_item(session, reader=one, item_id=texts.item.id, given=given)
    assert any("Canarytext" in one.first for one in queries.usable_labels(session)[1])
    assert any("Canarytext" in one.text for one in queries.usable_labels(session)[0])
    consent.withdraw_consent(session, user_id=author.id)
    consent.withdraw_consent(session, user_id=author.id)
    assert canaries(session) == 0
    assert "Canarynote" not in database_as_text(session)
    assert not any("Canarytext" in one.text for one in queries.usable_labels(session)[0])
    assert session.scalar(select(func.count()).select_from(LabelText).where(LabelText.source == "shared")) == 0
    with pytest.raises(Problem) as refusal:
        operations.answer_item(session, reader=reader, item_id=own[0].item.id, given=choice())
    assert refusal.value.status == 404


def test_an_item_that_is_withdrawn_leaves_the_queue_at_once(session, author):
    item = next(texts.item for texts in queries.usable_items(session) if "Canarytext 1" in texts.first and texts.second is None)
    activity_id = session.get_one(LabelText, item.first_id).activity_id
    operations.answer_item(session, reader=make_expert(session), item_id=item.id, given=marks())
    activities.withdraw(session, user_id=author.id, share_id=activity_id)
    assert canaries(session) == 2 + 1
    assert session.scalar(select(LabelText.id).where(LabelText.activity_id == activity_id)) is None
    assert session.scalar(select(LabelAnswer.id).where(LabelAnswer.item_id == item.id)) is None


def test_texts_past_retention_leave_the_queue(session, author):
    assert canaries(session)
    privacy.purge(session, at=datetime.now(UTC) + timedelta(days=2_000))
    assert canaries(session) == 0
    assert session.scalar(select(func.count()).select_from(LabelText).where(LabelText.source == "shared")) == 0


def test_notes_and_comments_are_deleted_after_the_retention_period_and_answers_stay(session):
    readers = [make_expert(session) for _ in range(2)]
    item = make_item(session)
    for reader, value in zip(readers, ("first", "second"), strict=True):
        operations.answer_item(session, reader=reader, item_id=item, given=choice(value, note="Canarynote"))
    operations.comment(session, author=readers[0], item_id=item, text="Canarycomment")
    removal.purge(session, words_before=datetime.now(UTC) - timedelta(days=1))
    assert "Canarycomment" in database_as_text(session)
    removal.purge(session, words_before=datetime.now(UTC) + timedelta(days=1))
    said = database_as_text(session)
    assert "Canarycomment" not in said
    assert "Canarynote" not in said
    session.expire_all()
    assert [one.choice for one in queries.given_answers(session, item_id=item)] == ["first", "second"]


def test_export_has_what_the_person_said_and_when_they_consented(session, author):
    expert = make_expert(session)
    item = make_item(session)
    operations.answer_item(
        session, reader=expert, item_id=item, given=choice("second", reasons=("hook",), note="Names a port.")
    )
    operations.answer_item(session, reader=make_expert(session), item_id=item, given=choice("first"))
    operations.comment(session, author=expert, item_id=item, text="I would rather write the second.")
    operations.settle(session, settler=expert, item_id=item, given=choice("same"))
    own = json.loads(json.dumps(export_document(session, user_id=expert.user_id)))["labels"]
    assert own["expert_since"]
    assert [(row["choice"], row["reasons"], row["note"]) for row in own["answers"]] == [("second", ["hook"], "Names a port.")]
    assert [row["text"] for row in own["comments"]] == ["I would rather write the second."]
    assert [row["choice"] for row in own["settled"]] == ["same"]
    theirs = export_document(session, user_id=author.id)["labels"]
    assert theirs["shared_items_may_teach_since"]
    assert theirs["answers"] == []


def test_erasure_deletes_words_and_texts_and_leaves_answers_that_nothing_links_to_the_person(session, author):
    expert = make_expert(session)
    item = make_item(session)
    operations.answer_item(session, reader=expert, item_id=item, given=choice("second", note="Canarynote"))
    operations.answer_item(session, reader=make_expert(session), item_id=item, given=choice("first"))
    operations.comment(session, author=expert, item_id=item, text="Canarycomment")
    privacy.erase(session, user_id=expert.user_id)
    privacy.erase(session, user_id=author.id)
    said = database_as_text(session)
    for canary in ("Canarytext", "Canarynote", "Canarycomment"):
        assert canary not in said
    session.expire_all()
    assert [one.choice for one in queries.given_answers(session, item_id=item)] == ["second", "first"]
    assert queries.reader_of(session, user_id=expert.user_id) is None
    assert not queries.is_expert(session, user_id=expert.user_id)
    assert session.get(LabelConsent, author.id) is None


def test_consent_withdrawn_while_the_queue_is_filled_leaves_nothing_behind(engine):
    with unit_of_work(engine) as session:
        filling.fill(session)
        user = make_user(session)
        activity = share(session, user).id
        consent.give_consent(session, user_id=user.id)
        for text in session.scalars(select(LabelText.id).where(LabelText.activity_id == activity)).all():
            removal.remove_texts(session, text_ids=[text])

    def act(number):
        with unit_of_work(engine) as own:
            if number:
                consent.withdraw_consent(own, user_id=user.id)
            else:
                filling.refill(own)

    at_once(act, 2)
    with unit_of_work(engine) as session:
        assert session.scalar(select(LabelText.id).where(LabelText.activity_id == activity)) is None


def test_consent_withdrawn_while_somebody_answers_leaves_no_answer_behind(engine):
    with unit_of_work(engine) as session:
        filling.fill(session)
        user, reader = make_user(session), make_expert(session)
        activity = share(session, user).id
        consent.give_consent(session, user_id=user.id)
        text = session.scalars(select(LabelText.id).where(LabelText.activity_id == activity)).one()
        item = session.scalars(select(LabelItem.id).where(LabelItem.first_id == text)).one()

    def act(number):
        try:
            with unit_of_work(engine) as own:
                if number:
                    consent.withdraw_consent(own, user_id=user.id)
                else:
                    operations.answer_item(own, reader=reader, item_id=item, given=marks())
        except Problem as problem:
            return problem.status
        return 200

    answered, withdrawn = at_once(act, 2)
    assert withdrawn == 200
    assert answered in (200, 404)
    with unit_of_work(engine) as session:
        assert session.scalar(select(LabelAnswer.id).where(LabelAnswer.item_id == item)) is None
        assert session.scalar(select(LabelItem.id).where(LabelItem.id == item)) is None
