"""The credit policy as everybody reads it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from server.activities.operations import MAX_AGE
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.kinds import SOCIAL_KINDS
from server.credit.differences import differences
from server.credit.modes import mode_in_effect
from server.credit.published import PublishedPolicy, active_policy, find_policy, list_policies
from server.credit.publishing import earliest_start
from server.credit.worked_example import example_week
from server.people.queries import get_calendar, get_organisation
from server.people.time_allowances import own_allowance
from server.policies.calculator import calculate, quality_choices
from server.policies.view import list_changes

pages = Blueprint("policies", __name__, template_folder="templates")


@pages.get("/credit/policy")
@page(writes=False)
def active() -> str:
    policies = list_policies(db())
    return _render(policies, active_policy(policies))


@pages.get("/credit/policy/<policy_hash>")
@page(writes=False)
def one(policy_hash: str) -> str:
    policies = list_policies(db())
    return _render(policies, find_policy(policies, policy_hash=policy_hash))


def _render(policies: tuple[PublishedPolicy, ...], shown: PublishedPolicy) -> str:
    viewer, organisation = current_identity(), get_organisation(db())
    mode = mode_in_effect(organisation)
    return render_template(
        "policies/policy.html",
        shown=shown,
        policy=shown.policy,
        active=active_policy(policies),
        upcoming=[one for one in reversed(policies) if one.state == "upcoming"],
        policies=policies,
        differences={one.hash: differences(one.previous, one.policy) for one in policies if one.previous},
        mode=mode,
        overseer=organisation.overseer,
        example=example_week(shown.policy, mode),
        calculation=calculate(shown.policy, mode, request.args),
        qualities=quality_choices(mode),
        max_age_days=MAX_AGE.days,
        time=own_allowance(db(), user_id=viewer.user_id),
        changes=list_changes(db(), viewer=viewer) if viewer.role == "admin" else (),
        earliest_start=earliest_start(get_calendar(db())),
        kinds_off=[kind for kind in SOCIAL_KINDS if kind not in shown.policy.base],
    )
