"""Answers: given once, blind, changed until there is a second; skipped; and what they come to."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from nlp.quality.correction.labels import Preference, Rating
from server.audit.models import AuditEntry
from server.core.database.session import unit_of_work
from server.core.problems import Problem
from server.labels import operations, queries, view
from server.labels.models import LabelAnswer, LabelReader
from tests.concurrency import at_once
from tests.factories import make_identity, make_user
from tests.server.labels.label_helpers import choice, make_expert, make_item, marks, work_through
from tests.texts import sentence


@pytest.fixture
def readers(session):
    yield [make_expert(session, name=name) for name in ("Ana Blum", "Ben Cole", "Cleo Dray")]
    session.rollback()


def refuses(code_or_status, work):
    with pytest.raises(Problem) as refusal:
        work()
    assert code_or_status in (refusal.value.status, refusal.value.code)
    return refusal.value


def test_an_answer_is_stored_once_and_can_be_changed_until_a_second_exists(session, readers):
    item = make_item(session)
    for given in (
        choice("first", reasons=("voice", "hook"), note="  Sounds like\nher. "),
        choice("first", reasons=("hook", "voice"), note="Sounds like her."),
    ):
        stored = operations.answer_item(session, reader=readers[0], item_id=item, given=given)
    assert (stored.choice, stored.reasons, stored.note) == ("first", ["hook", "voice"], "Sounds like her.")
    operations.answer_item(session, reader=readers[0], item_id=item, given=choice("same"))
    assert [answer.choice for answer in queries.given_answers(session, item_id=item)] == ["same"]
    operations.answer_item(session, reader=readers[1], item_id=item, given=choice("same"))
    operations.answer_item(session, reader=readers[0], item_id=item, given=choice("same"))
    refuses("answered-twice", lambda: operations.answer_item(session, reader=readers[0], item_id=item, given=choice("first")))
    assert [answer.choice for answer in queries.given_answers(session, item_id=item)] == ["same", "same"]


def test_a_skipped_item_is_not_asked_again_and_counts_as_no_answer(session, readers):
    item = make_item(session)
    operations.skip_item(session, reader=readers[0], item_id=item)
    operations.skip_item(session, reader=readers[0], item_id=item)
    assert queries.given_answers(session, item_id=item) == []
    assert queries.own_answer(session, item_id=item, user_id=readers[0].user_id).is_skipped
    operations.answer_item(session, reader=readers[0], item_id=item, given=choice("second"))
    operations.skip_item(session, reader=readers[0], item_id=item)
    assert [answer.choice for answer in queries.given_answers(session, item_id=item)] == ["second"]


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("pair", choice("both"), "choice"),
        ("pair", choice(None), "choice"),
        ("pair", choice("first", reasons=("charm",)), "reasons"),
        ("pair", choice("first", note="x" * 301), "note"),
        ("draft", marks(6), "marks.hook"),
        ("draft", marks(hook=0), "marks.hook"),
        ("draft", marks(voice=True), "marks.voice"),
        ("draft", marks(whole=101), "whole"),
        ("draft", marks(whole=None), "whole"),
        ("draft", choice("first"), "marks.hook"),
    ],
)
def test_a_wrong_answer_names_its_field_and_is_not_stored(session, readers, kind, given, field):
    item = make_item(session, kind=kind)
    problem = refuses(422, lambda: operations.answer_item(session, reader=readers[0], item_id=item, given=given))
    assert problem.errors[0]["field"] == field
    assert queries.own_answer(session, item_id=item, user_id=readers[0].user_id) is None


def test_a_comment_may_have_no_story(session, readers):
    item = make_item(session, kind="draft", surface="x-reply")
    given = marks(4, whole=70)
    del given.marks["story"]
    stored = operations.answer_item(session, reader=readers[0], item_id=item, given=given)
    assert "story" not in stored.marks
    assert len(stored.marks) == 8


def test_only_administrators_and_experts_label(session, readers):
    item = make_item(session)
    stranger = make_identity(make_user(session, role="manager"))
    refuses(404, lambda: operations.answer_item(session, reader=stranger, item_id=item, given=choice()))
    admin = make_identity(make_user(session, role="admin"))
    operations.answer_item(session, reader=admin, item_id=item, given=choice())


# --- the queue --------------------------------------------------------------------------------------------------------


def test_queue_asks_first_for_what_needs_one_more_then_in_the_same_random_order_for_everybody(session, readers):
    *untouched, begun, done = (make_item(session) for _ in range(12))
    operations.answer_item(session, reader=readers[1], item_id=begun, given=choice())
    for reader in readers[1:]:
        operations.answer_item(session, reader=reader, item_id=done, given=choice())
    first, *others = work_through(session, readers[0])
    assert first == begun
    assert sorted(others) == untouched != others
    assert queries.count_waiting(session, user_id=readers[0].user_id) == 0
    assert [item for item in work_through(session, readers[2]) if item in untouched] == others


def test_queue_can_be_of_one_kind(session, readers):
    pair, draft = make_item(session), make_item(session, kind="draft")
    assert queries.count_waiting(session, user_id=readers[0].user_id, kind="pair") == 1
    assert work_through(session, readers[0], "draft") == [draft]
    assert work_through(session, readers[0], "pair") == [pair]


def test_both_orders_of_a_pair_are_one_item_and_half_of_all_are_shown_reversed(session, readers):
    texts = sentence(), sentence()
    assert make_item(session, texts=texts) == make_item(session, texts=texts[::-1])
    items = [queries.item_texts(session, item_id=make_item(session)) for _ in range(60)]
    reversed_ = [view.is_reversed(item, user_id=readers[0].user_id) for item in items]
    assert 10 < sum(reversed_) < 50
    item = items[reversed_.index(True)]
    shown = view.question(session, item, user_id=readers[0].user_id)
    assert shown.shown == (item.second, item.first)
    assert view.in_item_order("first", item, user_id=readers[0].user_id) == "second"
    assert view.in_item_order("same", item, user_id=readers[0].user_id) == "same"


# --- at once ----------------------------------------------------------------------------------------------------------


def test_a_double_click_gives_one_answer_and_two_people_give_two(engine):
    with unit_of_work(engine) as session:
        people = [make_expert(session) for _ in range(2)]
        item = make_item(session)

    def answer(number):
        with unit_of_work(engine) as own:
            return operations.answer_item(own, reader=people[number % 2], item_id=item, given=choice("second")).choice

    assert at_once(answer, 6) == ["second"] * 6
    with unit_of_work(engine) as session:
        assert [one.choice for one in queries.given_answers(session, item_id=item)] == ["second"] * 2
        own = select(func.count()).select_from(LabelReader).where(LabelReader.user_id.in_([one.user_id for one in people]))
        assert session.scalar(own) == 2


def test_of_a_change_and_a_second_answer_at_once_the_first_to_come_wins(engine):
    with unit_of_work(engine) as session:
        first, second = make_expert(session), make_expert(session)
        items = [make_item(session) for _ in range(4)]
        for item in items:
            operations.answer_item(session, reader=first, item_id=item, given=choice("first"))

    def act(item, number):
        reader, value = ((first, "same"), (second, "second"))[number]
        try:
            with unit_of_work(engine) as own:
                operations.answer_item(own, reader=reader, item_id=item, given=choice(value))
        except Problem as problem:
            return problem.code
        return "stored"

    for item in items:
        change, answer = at_once(lambda number, item=item: act(item, number), 2)
        assert answer == "stored"
        with unit_of_work(engine) as session:
            stored = session.scalars(
                select(LabelAnswer.choice).where(LabelAnswer.item_id == item).order_by(LabelAnswer.id)
            ).all()
        assert stored == (["same", "second"] if change == "stored" else ["first", "second"])


# --- what training gets -----------------------------------------------------------------------------------------------


def labels_with(session, *texts):
    ratings, preferences = queries.usable_labels(session)
    return [one for one in ratings if one.text in texts], [one for one in preferences if one.first in texts]


def test_training_gets_one_row_for_each_answer_that_agrees_and_none_before(session, readers):
    first, second, third = sentence(), sentence(), sentence()
    pair = make_item(session, texts=(first, second), group="a")
    draft = make_item(session, kind="draft", texts=(third,), group="b")
    operations.answer_item(session, reader=readers[0], item_id=pair, given=choice("second"))
    operations.answer_item(session, reader=readers[0], item_id=draft, given=marks(4, whole=70))
    assert labels_with(session, first, third) == ([], [])
    operations.answer_item(session, reader=readers[1], item_id=pair, given=choice("second"))
    operations.answer_item(session, reader=readers[1], item_id=draft, given=marks(5, whole=80, hook=4))
    ratings, preferences = labels_with(session, first, third)
    assert preferences == [Preference("linkedin-post", first, second, 0.0, ("a", "a"))] * 2
    assert [(one.surface, one.whole, one.group) for one in ratings] == [
        ("linkedin-post", 70.0, "b"),
        ("linkedin-post", 80.0, "b"),
    ]
    assert [one.marks["hook"] for one in ratings] == [75.0, 75.0]
    assert [one.marks["form"] for one in ratings] == [75.0, 100.0]
    assert isinstance(ratings[0], Rating)


def test_a_text_has_the_same_group_in_every_label(session, readers):
    one, two, three = (sentence() for _ in range(3))
    items = [make_item(session, texts=texts) for texts in ((one, two), (three, two))]
    for item in items:
        for reader in readers[:2]:
            operations.answer_item(session, reader=reader, item_id=item, given=choice("same"))
    _, preferences = labels_with(session, one, three)
    groups = {preference.first: preference.groups for preference in preferences}
    assert groups[one][1] == groups[three][1]
    assert len({groups[one][0], *groups[three]}) == 3
    assert {preference.answer for preference in preferences} == {0.5}


# --- disagreements ----------------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(session, readers):
    """Ana chose the first, Ben the second."""
    item = make_item(session)
    for reader, value in zip(readers, ("first", "second"), strict=False):
        operations.answer_item(session, reader=reader, item_id=item, given=choice(value))
    return item


def preferences_of(session, item):
    first = queries.item_texts(session, item_id=item).first
    return [one.answer for one in queries.usable_labels(session)[1] if one.first == first]


def test_answers_that_differ_count_only_once_a_third_settles_them(session, readers, disputed):
    ana, _, cleo = readers
    assert preferences_of(session, disputed) == []
    assert disputed in [one.texts.item.id for one in view.disagreements(session, viewer=cleo)]
    # Cleo may have seen both answers.
    refuses("is-disagreement", lambda: operations.answer_item(session, reader=cleo, item_id=disputed, given=choice("same")))
    for _ in range(2):
        assert operations.settle(session, settler=cleo, item_id=disputed, given=choice("second")).is_settled
    assert preferences_of(session, disputed) == [0.0]
    refuses("is-settled", lambda: operations.settle(session, settler=cleo, item_id=disputed, given=choice("first")))
    refuses("is-settled", lambda: operations.settle(session, settler=ana, item_id=disputed, given=choice("first")))
    settled = select(AuditEntry.reason_code).where(AuditEntry.action == "label.settled", AuditEntry.object_id == str(disputed))
    assert session.scalars(settled).all() == ["third"]


def test_one_reader_proposes_and_the_other_accepts(session, readers, disputed):
    ana, ben, cleo = readers
    refuses("no-proposal", lambda: operations.accept(session, reader=ana, item_id=disputed))
    assert not operations.settle(session, settler=ana, item_id=disputed, given=choice("second")).is_settled
    assert preferences_of(session, disputed) == []
    refuses("no-proposal", lambda: operations.accept(session, reader=ana, item_id=disputed))
    refuses(404, lambda: operations.accept(session, reader=cleo, item_id=disputed))
    # Ben proposes something else; then Ana accepts his.
    operations.settle(session, settler=ben, item_id=disputed, given=choice("same"))
    for _ in range(2):
        operations.accept(session, reader=ana, item_id=disputed)
    assert preferences_of(session, disputed) == [0.5]
    shown = view.discussion(session, queries.item_texts(session, item_id=disputed), viewer=cleo)
    assert (shown.settled_by, shown.accepted_by, shown.is_third) == ("Ben Cole", "Ana Blum", True)


def test_marks_two_apart_are_a_disagreement_and_one_apart_are_none(session, readers):
    near, far, whole = (make_item(session, kind="draft") for _ in range(3))
    for item, other in ((near, marks(4, whole=60)), (far, marks(3, hook=5)), (whole, marks(3, whole=75))):
        operations.answer_item(session, reader=readers[0], item_id=item, given=marks(3, whole=50))
        operations.answer_item(session, reader=readers[1], item_id=item, given=other)
    found = {one.texts.item.id: one.differs for one in view.disagreements(session, viewer=readers[2])}
    assert {item: found.get(item) for item in (near, far, whole)} == {near: None, far: ("hook",), whole: ("whole",)}
    operations.settle(session, settler=readers[2], item_id=far, given=marks(4))
    text = queries.item_texts(session, item_id=far).first
    assert [one.marks["hook"] for one in queries.usable_labels(session)[0] if one.text == text] == [75.0]


def test_a_discussion_takes_comments_of_those_who_may_label(session, readers, disputed):
    for _ in range(2):
        operations.comment(session, author=readers[2], item_id=disputed, text="  The second names\r\na customer.  ")
    operations.comment(session, author=readers[0], item_id=disputed, text="True.")
    thread = [(one.text, name) for one, name in queries.comments_on(session, item_id=disputed)]
    assert thread == [("The second names\na customer.", "Cleo Dray"), ("True.", "Ana Blum")]
    for text in ("  ", "x" * 501):
        assert refuses(422, lambda text=text: operations.comment(session, author=readers[0], item_id=disputed, text=text))
    stranger = make_identity(make_user(session))
    refuses(404, lambda: operations.comment(session, author=stranger, item_id=disputed, text="Me, too."))
    agreed = make_item(session)
    refuses(404, lambda: operations.comment(session, author=readers[0], item_id=agreed, text="About nothing."))
