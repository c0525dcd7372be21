"""Who reads which item: the author all of their own, the team what the author lets it read, for as long as they do."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from server.activities import operations as activities
from server.audit.models import AuditEntry
from server.core.clock import now
from server.core.problems import Problem
from server.library import events, operations
from server.library.models import TeamExample
from server.library.opening import opening
from server.library.view import own_opening, own_page, team_page
from server.people import memberships
from server.people.models import Team
from server.people.queries import team_on
from server.privacy import operations as privacy
from server.privacy.export import export_document
from tests.factories import make_identity, make_team, make_user
from tests.server.outcomes.outcome_helpers import make_item, today

assert events, "the application and the worker import it"
OPENING = "Nine ferry captains told us which form they fill in twice."
TEXT = f"{OPENING} Seven named the customs form.\n\nWhich one is yours?"


@pytest.fixture
def session(session):
    """Rolled back after the test."""
    yield session
    session.rollback()


@pytest.fixture
def author(session):
    return make_user(session, name="Quirina Canary", team=make_team(session))


@pytest.fixture
def item(session, author):
    return add_item(session, author, TEXT, score=61)


@pytest.fixture
def colleague(session, author):
    return make_user(session, name="Robin Vale", team=team_of(session, author))


def team_of(session, user):
    return session.get_one(Team, team_on(session, user_id=user.id, day=today()))


def add_item(session, user, text, *, score=None, kind="linkedin-post", state="counted"):
    item = make_item(session, user, state=state)
    item.text, item.score, item.kind = text, score, kind
    session.flush()
    return item


def read_by(session, user, surface=None):
    return [one.text for one in team_page(session, user_id=user.id, surface=surface, number=1).items]


def own(session, user, *, surface=None, by_score=True):
    return [one.opening for one in own_page(session, user_id=user.id, surface=surface, by_score=by_score, number=1).items]


def offer(session, user, item):
    operations.offer(session, identity=make_identity(user), share_id=item.id)


def actions(session, item):
    recorded = select(AuditEntry.action).where(AuditEntry.object_id == str(item.id), AuditEntry.action.like("example.%"))
    return session.scalars(recorded.order_by(AuditEntry.id)).all()


def test_own_items_with_text_are_listed_by_score_or_time(session, author, item):
    add_item(session, author, "Two captains in May.", score=None, kind="x-post")
    add_item(session, author, "A customs officer keeps a list of nine forms.", score=80)
    make_item(session, author, state="withdrawn")
    add_item(session, author, "Repeated.", score=99, state="duplicate")
    gone = add_item(session, author, "Gone.", score=99)
    gone.text = None
    session.flush()
    add_item(session, make_user(session), "Somebody else's.", score=99)
    assert own(session, author) == ["A customs officer keeps a list of nine forms.", OPENING, "Two captains in May."]
    assert own(session, author, by_score=False)[0] == "A customs officer keeps a list of nine forms."
    assert own(session, author, surface="x-post") == ["Two captains in May."]


def test_the_team_reads_an_item_only_with_consent_and_until_it_is_withdrawn(session, author, item, colleague):
    assert read_by(session, colleague) == []
    offer(session, author, item)
    offer(session, author, item)
    (shown,) = team_page(session, user_id=colleague.id, surface=None, number=1).items
    assert (shown.author, shown.opening, shown.text) == ("Quirina Canary", OPENING, TEXT)
    assert not {"score", "band", "points", "id"} & set(shown.__slots__)
    assert read_by(session, colleague, surface="x-post") == []
    assert read_by(session, author) == [], "it is among their own"
    operations.withdraw(session, identity=make_identity(author), share_id=item.id)
    operations.withdraw(session, identity=make_identity(author), share_id=item.id)
    assert read_by(session, colleague) == []
    assert actions(session, item) == ["example.offered", "example.withdrawn"]


def test_only_people_who_are_in_the_team_now_read_it(session, author, item, colleague):
    offer(session, author, item)
    stranger, lead = make_user(session), make_user(session, role="manager", team=team_of(session, author))
    above = make_user(session, role="manager", team=make_team(session))
    team_of(session, author).parent_id = team_of(session, above).id
    session.flush()
    assert [len(read_by(session, one)) for one in (colleague, lead, stranger, above)] == [1, 1, 0, 0]
    memberships.assign(session, user_id=colleague.id, team_id=make_team(session).id, role="rep", starts_on=today())
    session.flush()
    assert read_by(session, colleague) == []


def test_nobody_offers_an_item_of_somebody_else_or_one_that_does_not_count(session, author, item, colleague):
    for act in (operations.offer, operations.withdraw):
        with pytest.raises(Problem) as refusal:
            act(session, identity=make_identity(colleague), share_id=item.id)
        assert refusal.value.status == 404
    for other in (add_item(session, author, "On hold.", state="held"), add_item(session, author, "Me.", kind="x-profile")):
        with pytest.raises(Problem) as refusal:
            offer(session, author, other)
        assert refusal.value.errors[0]["field"] == "item"
    assert session.scalars(select(TeamExample).where(TeamExample.user_id == author.id)).all() == []


def test_consent_ends_with_the_item(session, author, colleague):
    withdrawn, refused = (add_item(session, author, f"{OPENING} {number}") for number in (1, 2))
    for item in (withdrawn, refused):
        offer(session, author, item)
    activities.withdraw(session, user_id=author.id, share_id=withdrawn.id)
    refused.state = "refused"
    session.flush()
    assert session.scalars(select(TeamExample).where(TeamExample.user_id == author.id)).all() == []
    assert read_by(session, colleague) == []


def test_consent_is_exported_and_erased(session, author, item):
    offer(session, author, item)
    (exported,) = export_document(session, user_id=author.id)["team_may_read"]
    assert exported["item"] == item.id
    privacy.erase(session, user_id=author.id)
    assert session.scalars(select(TeamExample).where(TeamExample.user_id == author.id)).all() == []


def test_a_run_of_the_retention_deletes_consents_that_are_left_over(session, author, item):
    session.add(TeamExample(activity_id=add_item(session, author, "On hold.", state="held").id, user_id=author.id))
    offer(session, author, item)
    privacy.purge(session, at=now())
    assert session.scalars(select(TeamExample.activity_id).where(TeamExample.user_id == author.id)).all() == [item.id]


def test_a_draft_starts_with_an_own_opening_only(session, author, item, colleague):
    offer(session, author, item)
    assert own_opening(session, user_id=author.id, share_id=item.id) == ("linkedin-post", OPENING)
    for user, share_id in ((colleague, item.id), (author, 0), (author, 2**40)):
        assert own_opening(session, user_id=user.id, share_id=share_id) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n  One line without a mark  \n\nThe rest.", "One line without a mark"),
        ("Dr. Lind keeps nine forms in a drawer. She fills in two.", "Dr. Lind keeps nine forms in a drawer."),
        ("She said: “Nine of 3.5 forms is too many.” Then she left.", "She said: “Nine of 3.5 forms is too many.”"),
        ("Nine? " * 100, "Nine? Nine? Nine? Nine?"),
        ("a" * 400, "a" * 300),
        ("Short. Too.", "Short. Too."),
    ],
)
def test_the_opening_is_the_first_sentence_of_the_first_line(text, expected):
    assert opening(text) == expected
