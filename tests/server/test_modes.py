"""Every page as every role in every mode of the organisation: who may open it, and that it says nothing that is false there."""

from __future__ import annotations

import itertools
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from nlp import Coach, Draft
from server.activities import operations as activities
from server.activities.operations import PublishedItem
from server.activities.outcomes import add_outcome
from server.appeals import operations as appeals
from server.core.access import get_access_policy
from server.core.database.session import unit_of_work
from server.core.identity import Identity
from server.credit.formula import Policy, packaged_policy
from server.credit.publishing import earliest_start
from server.labels.answers import Given
from server.labels.operations import answer_item
from server.outcomes.operations import Statement
from server.people.models import CREDIT_MODES
from server.people.queries import get_calendar, get_organisation
from server.policies.operations import save_draft
from server.training.models import TrainingRun
from server.tuning.champion import ensure_champion
from server.tuning.models import DraftPackage
from tests.databases import SECRET_KEYS
from tests.factories import make_identity, make_team, make_user, new_cookie
from tests.server.labels.label_helpers import make_expert, make_item
from tests.texts import sentences

ROLES = ("rep", "manager", "admin")
EVERYBODY, STAFF, ADMINS = set(ROLES), {"manager", "admin"}, {"admin"}
#: Who may open each page that is shown with 200 in every mode; everybody else gets 404.
PAGES = {
    "/audit": ADMINS,
    "/connections": ADMINS,
    "/connections/<source>": ADMINS,
    "/credit/policy": EVERYBODY,
    "/credit/policy/<policy_hash>": EVERYBODY,
    "/credit/policy/changes/<int:change_id>": ADMINS,
    "/credit/policy/changes/<int:change_id>/edit": ADMINS,
    "/credit/policy/changes/new": ADMINS,
    "/evidence": STAFF,
    "/evidence/trials": STAFF,
    "/evidence/trials/new": ADMINS,
    "/help": EVERYBODY,
    "/imports": ADMINS,
    "/me": EVERYBODY,
    "/me/trials": EVERYBODY,
    "/me/appeals": EVERYBODY,
    "/me/archive": EVERYBODY,
    "/me/credit": EVERYBODY,
    "/me/data": EVERYBODY,
    "/me/erase": EVERYBODY,
    "/me/items/<int:share_id>": {"rep"},
    "/me/items/<int:share_id>/outcomes": {"rep"},
    "/me/outcomes": EVERYBODY,
    "/me/outcomes/<int:outcome_id>": {"rep"},
    "/me/items/<int:share_id>/ask": {"rep"},
    "/me/library": EVERYBODY,
    "/me/library/team": EVERYBODY,
    "/me/one-to-ones": EVERYBODY,
    "/me/records": EVERYBODY,
    "/me/week": EVERYBODY,
    "/me/week/goals": EVERYBODY,
    "/people": STAFF,
    "/people/<int:user_id>": STAFF,
    "/people/calendar": ADMINS,
    "/people/calendar/import": ADMINS,
    "/people/export": ADMINS,
    "/people/import": ADMINS,
    "/people/new": ADMINS,
    "/people/targets": ADMINS,
    "/people/teams": ADMINS,
    "/people/time": STAFF,
    "/people/weights": ADMINS,
    "/settings": EVERYBODY,
    "/settings/channels": ADMINS,
    "/settings/digest": {"rep", "manager"},
    "/settings/editors": EVERYBODY,
    "/settings/groups": ADMINS,
    "/settings/integrations": ADMINS,
    "/settings/mail": ADMINS,
    "/settings/metrics": ADMINS,
    "/settings/organisation": ADMINS,
    "/settings/pair": EVERYBODY,
    "/settings/second-factor": EVERYBODY,
    "/settings/sites": ADMINS,
    "/settings/tokens": EVERYBODY,
    "/settings/wording-help": ADMINS,
    "/scoring/changes": EVERYBODY,
    "/setup": ADMINS,
    "/team": STAFF,
    "/team/export": STAFF,
    "/tuning": ADMINS,
    "/tuning/effect/<version_hash>": ADMINS,
    "/tuning/labels": ADMINS,
    "/tuning/labels/agreement": ADMINS,
    "/tuning/labels/disagreements": ADMINS,
    "/tuning/labels/disagreements/<int:item_id>": ADMINS,
    "/tuning/labels/experts": ADMINS,
    "/tuning/labels/items/<int:item_id>": ADMINS,
    "/tuning/labels/texts": ADMINS,
    "/tuning/presets": ADMINS,
    "/tuning/rubric": ADMINS,
    "/tuning/shadow": ADMINS,
    "/tuning/training": ADMINS,
    "/tuning/training/<int:run_id>": ADMINS,
    "/tuning/versions/<version_hash>/export": ADMINS,
    "/tuning/rules": ADMINS,
    "/tuning/rules/<rule_id>": ADMINS,
    "/tuning/styles": ADMINS,
    "/tuning/styles/<name>": ADMINS,
    "/tuning/styles/<name>/edit": ADMINS,
    "/tuning/words": ADMINS,
    "/tuning/words/export": ADMINS,
    "/tuning/words/import": ADMINS,
    "/write": EVERYBODY,
}
#: Pages about single people: nobody opens them in team-only mode.
ABOUT_PEOPLE = {
    "/appeals/items/<int:activity_id>", "/team/rep/<int:user_id>", "/team/rep/<int:user_id>/outcomes",
    "/team/rep/<int:user_id>/records", "/team/records", "/team/rep/<int:user_id>/calendar",
    "/team/rep/<int:user_id>/one-to-one.ics",
}  # fmt: skip
#: Of these, what only the person's manager opens: administrators read no notes.
FOR_MANAGERS = {"/team/rep/<int:user_id>/one-to-one"}
#: Decisions about single people: in team-only mode administrators take them, and no manager.
DECISIONS = {"/approvals", "/appeals", "/appeals/<int:appeal_id>"}
#: Pages that lead elsewhere, or that need something that nobody has here: an identity provider, an imported file, an export.
REDIRECTS = {"/", "/confirm", "/sign-in/code"}
NOT_FOUND = {
    "/evidence/runs/<int:evidence_id>", "/evidence/runs/<int:evidence_id>/panel.csv",
    "/evidence/runs/<int:evidence_id>/panel.json", "/evidence/runs/<int:evidence_id>/report.json",
    "/evidence/trials/<int:trial_id>", "/evidence/trials/<int:trial_id>/report.json",
    "/evidence/trials/drafts/<int:draft_id>", "/evidence/trials/drafts/<int:draft_id>/edit",
    "/confirm/oidc", "/imports/<int:file_id>", "/me/export/<int:export_id>",
}  # fmt: skip


@dataclass(frozen=True)
class Situation:
    mode: str
    team_only: bool
    readers: str = "both"

    @property
    def uses_bands(self) -> bool:
        return self.mode == "bands"


#: Sentences that are false unless the condition holds. They may appear on no page of any other situation.
TRUE_ONLY_IF = {
    "Your manager sees each counted item with its band and points": lambda s: s.uses_bands and not s.team_only,
    "Your manager sees each counted item with its points, not its band": lambda s: not s.uses_bands and not s.team_only,
    "Managers see team totals, not your items": lambda s: s.team_only,
    "Managers see the band and the points of items that count": lambda s: s.uses_bands and not s.team_only,
    "Managers see the points of items that count": lambda s: not s.uses_bands and not s.team_only,
    "Only you see the score and the band": lambda s: s.team_only or not s.uses_bands,
    "The band is part of the published formula": lambda s: s.uses_bands,
    "sees this item's score, which nobody else does": lambda s: s.uses_bands and not s.team_only,
    "sees this item's score and band, which nobody else does": lambda s: s.team_only or not s.uses_bands,
    "Whether it passed the checks is part of the published formula": lambda s: s.mode == "checks",
    "The band and the score do not affect credit": lambda s: s.mode == "blind",
    "quality means checks, not bands": lambda s: s.mode == "checks",
    "quality does not affect credit": lambda s: s.mode == "blind",
    "<caption>Quality</caption>": lambda s: s.uses_bands,
    "Multiply by the factor of its <strong>band</strong>": lambda s: s.uses_bands,
    "the factor of its band, less for": lambda s: s.uses_bands,
    "times a factor for the checks": lambda s: s.mode == "checks",
    "whatever its quality, less for": lambda s: s.mode == "blind",
    "Who gains most": lambda s: not s.team_only,
    "Administrators and your manager see whether you were invited": lambda s: not s.team_only,
    "Administrators see whether you were invited": lambda s: s.team_only,
    "They cannot open a page about you": lambda s: s.team_only,
    "Managers of your teams see what you add, with its evidence": lambda s: not s.team_only,
    "once your manager or an administrator has approved it": lambda s: not s.team_only,
    "once an administrator has approved it": lambda s: s.team_only,
    "Managers of your teams see it with its evidence": lambda s: not s.team_only,
    "decided by an administrator, who sees the item": lambda s: s.team_only,
    "sees your weekly totals, the items behind them": lambda s: not s.team_only,
    "Your organisation shows team totals only": lambda s: s.team_only,
    "If a manager or administrator opens your page": lambda s: not s.team_only,
    ", and whose numbers changed": lambda s: not s.team_only,
    "the names of those whose numbers changed": lambda s: not s.team_only,
    "release or refuse items on hold, which they see for that": lambda s: not s.team_only,
    "your manager or an administrator, never the one who decided": lambda s: not s.team_only,
    "otherwise a manager of the person or an administrator": lambda s: not s.team_only,
    "Team totals only.</strong>": lambda s: s.team_only,
    "Select a name to see the items behind the numbers": lambda s: not s.team_only,
    "or a number to see its records": lambda s: not s.team_only,
    "that person can see who opened their page": lambda s: not s.team_only,
    "can open the records behind a number": lambda s: not s.team_only,
    "Totals of teams of at least five active people, and nothing about one person": lambda s: s.team_only,
    "The weekly numbers and the counted items of each person in their teams, never": lambda s: not s.team_only,
    "managers keep no notes about you here": lambda s: s.team_only,
    "You read all of it under My work": lambda s: not s.team_only and s.readers == "both",
    "Only the manager who wrote them reads the notes and actions": lambda s: not s.team_only and s.readers == "manager",
    "Managers keep no notes about you now": lambda s: s.team_only,
    "You read what your manager writes in one-to-ones": lambda s: not s.team_only and s.readers == "both",
    "Your manager keeps notes and actions alone": lambda s: not s.team_only and s.readers == "manager",
}
#: Who reads notes varies with the mode, so that there are not twice as many.
SITUATIONS = [
    Situation(mode, team_only, readers="manager" if mode == "checks" else "both")
    for mode, team_only in itertools.product(CREDIT_MODES, (True, False))
]


@pytest.fixture
def people(engine):
    """One person of each role; the manager leads the rep's team. Each test has its own, because it opens as many pages as a
    person may in a minute."""
    return new_people(engine)


def new_people(engine):
    with unit_of_work(engine) as session:
        ensure_champion(session)
        team = make_team(session)
        return {role: make_user(session, role=role, team=team, name=f"Robin {role.title()}") for role in ROLES}


@pytest.fixture(params=SITUATIONS, ids=lambda s: f"{s.mode}-{'totals' if s.team_only else 'individuals'}-{s.readers}")
def situation(request, engine, people):
    """The organisation in one situation, in which the rep shared an item."""
    with unit_of_work(engine) as session:
        organisation = get_organisation(session)
        organisation.credit_mode, organisation.team_only = request.param.mode, request.param.team_only
        organisation.note_readers = request.param.readers
    return request.param


def share(session, user, at=None):
    text = f"A planner counted the stops of one route. {sentences()}"
    item = PublishedItem("linkedin-post", text, None, None, at or datetime.now(UTC))
    return activities.record_share(
        session, item, Coach().assess(Draft("linkedin-post", text)), user=session.merge(user),
        organisation=get_organisation(session), source="web", key=uuid.uuid4().hex, secret_keys=SECRET_KEYS,
    )  # fmt: skip


def page_rules(app):
    """The routes of all pages that are opened with GET."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods]
    return {rule.rule for rule in rules if get_access_policy(app.view_functions[rule.endpoint]).kind == "page"}


def test_every_page_is_listed_here(app):
    assert page_rules(app) == PAGES.keys() | ABOUT_PEOPLE | FOR_MANAGERS | DECISIONS | REDIRECTS | NOT_FOUND


@pytest.fixture(scope="module")
def policy_change(engine):
    """A draft of a credit policy, and an item of the last week for its preview."""
    people = new_people(engine)
    admin = people["admin"]
    editor = Identity(user_id=admin.id, role="admin", name=admin.name, email=admin.email)
    with unit_of_work(engine) as session:
        share(session, people["rep"], datetime.now(UTC) - timedelta(days=7))
        start = earliest_start(get_calendar(session))
        policy = packaged_policy().document() | {"week_cap": 50, "effective_from": start.isoformat()}
        return save_draft(session, editor=editor, policy=Policy.model_validate(policy)).id


@pytest.fixture(autouse=True, scope="module")
def style_package(engine):
    """In the draft, for the pages of one."""
    with unit_of_work(engine) as session:
        rule = "extends: existence\nmessage: Avoid '%s'.\ntokens: [synergy]\n"
        session.add(DraftPackage(name="Harbour", files={"Harbour/Jargon.yml": rule}))


@pytest.fixture(scope="module")
def training_run(engine):
    """One that was cancelled."""
    admin = new_people(engine)["admin"]
    with unit_of_work(engine) as session:
        run = TrainingRun(token="modes", state="cancelled", slot=None, base_hash=ensure_champion(session).version)
        run.started_by = admin.id
        session.add(run)
        session.flush()
        return run.id


@pytest.fixture(scope="module")
def disputed_label(engine):
    """A pair of drafts on which two experts disagree."""
    with unit_of_work(engine) as session:
        item = make_item(session)
        for value in ("first", "second"):
            answer_item(session, reader=make_expert(session), item_id=item, given=Given(choice=value))
        return item


def test_pages_open_for_whom_they_should_and_say_nothing_false(
    app, engine, people, situation, policy_change, training_run, disputed_label
):
    with unit_of_work(engine) as session:
        version = ensure_champion(session).version
        shared = share(session, people["rep"]).activity.id
        statement = Statement("reply", datetime.now(UTC).date(), note="A buyer at a port asked for numbers.")
        rep = make_identity(people["rep"])
        outcome = add_outcome(session, identity=rep, share_id=shared, statement=statement, key=uuid.uuid4().hex).id
        appeal = appeals.open_appeal(
            session, user_id=people["rep"].id, activity_id=shared, kind="credit", question="Please look again."
        ).id
    values = {"<int:share_id>": shared, "<version_hash>": version, "<int:user_id>": people["rep"].id}
    values |= {"<int:export_id>": 1, "<int:file_id>": 1, "<int:outcome_id>": outcome, "<source>": "hubspot"}
    values |= {"<policy_hash>": packaged_policy().hash(), "<int:change_id>": policy_change}
    values |= {"<rule_id>": "Repute.Hedging", "<name>": "Harbour", "<int:run_id>": training_run}
    values |= {"<int:item_id>": disputed_label, "<int:evidence_id>": 1, "<int:trial_id>": 1, "<int:draft_id>": 1}
    values |= {"<int:activity_id>": shared, "<int:appeal_id>": appeal}
    false_here = [sentence for sentence, is_true in TRUE_ONLY_IF.items() if not is_true(situation)]
    expected = {rule: dict.fromkeys(ROLES, 404) | dict.fromkeys(roles, 200) for rule, roles in PAGES.items()}
    about_people = 404 if situation.team_only else 200
    expected |= {rule: {"rep": 404, "manager": about_people, "admin": about_people} for rule in ABOUT_PEOPLE}
    expected |= {rule: {"rep": 404, "manager": about_people, "admin": 200} for rule in DECISIONS}
    expected |= {rule: {"rep": 404, "manager": about_people, "admin": 404} for rule in FOR_MANAGERS}
    expected |= {rule: dict.fromkeys(ROLES, 302) for rule in REDIRECTS}
    expected |= {rule: dict.fromkeys(ROLES, 404) for rule in NOT_FOUND}
    for role in ROLES:
        browser = app.test_client()
        browser.set_cookie("repute", new_cookie(engine, people[role]))
        for rule, statuses in expected.items():
            path = re.sub(r"<[^>]+>", lambda match: str(values[match[0]]), rule)
            response = browser.get(path)
            assert response.status_code == statuses[role], (role, path)
            said = " ".join(response.text.split())
            assert [sentence for sentence in false_here if sentence in said] == [], (role, path)


@pytest.mark.sqlite_only
def test_each_sentence_is_said_in_some_situation(app, engine, people, policy_change):
    """Otherwise a changed wording would make the list above check nothing."""
    said = ""
    with unit_of_work(engine) as session:
        shared = share(session, people["rep"]).activity.id
    for situation in SITUATIONS:
        with unit_of_work(engine) as session:
            organisation = get_organisation(session)
            organisation.credit_mode, organisation.team_only = situation.mode, situation.team_only
            organisation.note_readers = situation.readers
        preview = f"/credit/policy/changes/{policy_change}"
        for role, path in itertools.product(
            ROLES,
            (
                "/me",
                "/me/credit",
                "/me/data",
                "/me/one-to-ones",
                f"/me/items/{shared}/ask",
                f"/me/items/{shared}/outcomes",
                "/team",
                "/help",
                "/settings/digest",
                "/settings/mail",
                "/settings/organisation",
                "/credit/policy",
                preview,
            ),
        ):
            browser = app.test_client()
            browser.set_cookie("repute", new_cookie(engine, people[role]))
            said += " ".join(browser.get(path).text.split())
    assert [sentence for sentence in TRUE_ONLY_IF if sentence not in said] == []
