"""The administrators' pages that prepare a change of the credit policy."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from server.audit import operations as audit
from server.core.access import page
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.core.kinds import SOCIAL_KINDS
from server.core.problems import Problem, as_sentence
from server.credit.queries import current_policy
from server.people.queries import get_calendar, get_organisation
from server.policies import operations, preview_jobs
from server.policies.forms import PolicyForm, form_of, read_policy
from server.policies.preview import WEEK_CHOICES, past_weeks
from server.policies.view import describe_change, latest_policy, show_preview, start_choices

pages = Blueprint("policy_changes", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


@pages.get("/credit/policy/changes/new")
@page("admin", writes=False)
def new() -> str:
    return _render_form(form_of(latest_policy(db()), start=start_choices(db())[0]))


@pages.post("/credit/policy/changes/new")
@page("admin")
def create() -> Answer:
    return _save(None)


@pages.get("/credit/policy/changes/<int:change_id>/edit")
@page("admin", writes=False)
def edit(change_id: int) -> str:
    change = operations.get_change(db(), change_id=change_id)
    policy = operations.policy_of(change)
    return _render_form(form_of(policy, start=policy.effective_from, note=policy.words), change_id=change_id)


@pages.post("/credit/policy/changes/<int:change_id>/edit")
@page("admin")
def save(change_id: int) -> Answer:
    return _save(change_id)


def _save(change_id: int | None) -> Answer:
    form, policy = read_policy(request.form, latest_policy(db()))
    if policy is None:
        return _render_form(form, change_id=change_id), 422
    try:
        change = operations.save_draft(db(), editor=current_identity(), policy=policy, change_id=change_id)
    except Problem as problem:
        if problem.status == 404:
            raise
        field = problem.errors[0]["field"] if problem.errors else "form"
        form.errors[field] = as_sentence(problem)
        return _render_form(form, change_id=change_id), problem.status
    return redirect(f"/credit/policy/changes/{change.id}", code=303)


def _render_form(form: PolicyForm, *, change_id: int | None = None) -> str:
    return render_template(
        "policies/edit.html",
        form=form,
        change_id=change_id,
        current=current_policy(db()),
        starts=start_choices(db()),
        kinds=SOCIAL_KINDS,
    )


@pages.get("/credit/policy/changes/<int:change_id>")
@page("admin", writes=False)
def show(change_id: int) -> str:
    viewer = current_identity()
    change = operations.get_change(db(), change_id=change_id)
    week_count = _week_count(request.args.get("weeks", ""))
    preview = show_preview(db(), change, week_count=week_count)
    if preview.report is not None and not preview.report.team_only:
        # Names people. In a separate transaction, so that the request itself only reads.
        with unit_of_work(engine(), request_id=g.get("request_id")) as session:
            audit.record(
                session, action="credit-policy.previewed", object_type="policy-change", object_id=change_id, actor=viewer
            )
    return render_template(
        "policies/change.html",
        change=describe_change(db(), change, viewer=viewer),
        policy_hash=change.policy_hash,
        two_person=get_organisation(db()).two_person,
        preview=preview,
        report=preview.report,
        week_count=week_count,
        week_choices=WEEK_CHOICES,
    )


def _week_count(text: str) -> int:
    return int(text) if text in map(str, WEEK_CHOICES) else WEEK_CHOICES[0]


@pages.post("/credit/policy/changes/<int:change_id>/preview")
@page("admin")
def start_preview(change_id: int) -> Response:
    change = operations.get_change(db(), change_id=change_id)
    week_count = _week_count(request.form.get("weeks", ""))
    preview_jobs.start_preview(db(), change, past_weeks(get_calendar(db()), week_count))
    return redirect(f"/credit/policy/changes/{change_id}?weeks={week_count}", code=303)


@pages.post("/credit/policy/changes/<int:change_id>/propose")
@page("admin", confirm="/credit/policy/changes/{change_id}")
def propose(change_id: int) -> Response:
    change = operations.propose(db(), proposer=current_identity(), change_id=change_id)
    if change.state == "announced":
        flash("Announced. Everybody sees it on this page from now on.", "good")
        return redirect(f"/credit/policy/{change.policy_hash}", code=303)
    return redirect(f"/credit/policy/changes/{change_id}", code=303)


@pages.post("/credit/policy/changes/<int:change_id>/confirm")
@page("admin", confirm="/credit/policy/changes/{change_id}")
def confirm(change_id: int) -> Response:
    change = operations.confirm(db(), confirmer=current_identity(), change_id=change_id)
    flash("Announced. Everybody sees it on this page from now on.", "good")
    return redirect(f"/credit/policy/{change.policy_hash}", code=303)


@pages.post("/credit/policy/changes/<int:change_id>/reopen")
@page("admin")
def reopen(change_id: int) -> Response:
    operations.reopen(db(), change_id=change_id)
    return redirect(f"/credit/policy/changes/{change_id}", code=303)


@pages.post("/credit/policy/changes/<int:change_id>/discard")
@page("admin")
def discard(change_id: int) -> Response:
    operations.discard(db(), change_id=change_id)
    flash("The draft is discarded.", "good")
    return redirect("/credit/policy", code=303)


@pages.post("/credit/policy/<policy_hash>/withdraw")
@page("admin", confirm="/credit/policy/{policy_hash}")
def withdraw(policy_hash: str) -> Response:
    operations.withdraw(db(), actor=current_identity(), policy_hash=policy_hash)
    flash("Withdrawn. The present policy stays.", "good")
    return redirect("/credit/policy", code=303)
