"""The pages of randomised trials: administrators plan, lock, draw and cancel them; managers see what is said of the whole
company; everybody sees what a trial means for them."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as WerkzeugResponse

from server.audit import operations as audit
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.people.forms import field_errors
from server.people.standard_metrics import MEETING
from server.trials import draft_view, drafts, notices, operations, view, wording
from server.trials.plan import FIRST_PERCENTS, WAVES, Choices

pages = Blueprint("trials", __name__, template_folder="templates")
pages.add_app_template_filter(wording.change, "trial_change")
pages.add_app_template_filter(wording.ratio, "trial_ratio")

Answer = str | WerkzeugResponse | tuple[str, int]
PATH = "/evidence/trials"
FIELDS = (
    "name", "unit", "outcome", "first_percent", "waves", "before", "between", "starts_on", "looks", "minutes", "offer",
)  # fmt: skip


@pages.get(PATH)
@page("manager", "admin", writes=False)
def index() -> str:
    return render_template("trials/list.html", page=draft_view.overview(db(), viewer=current_identity()))


# --- drafts -----------------------------------------------------------------------------------------------------------


@pages.get(f"{PATH}/new")
@page("admin", writes=False)
def new() -> str:
    defaults = {
        "first_percent": 50, "waves": 2, "before": 26, "between": 13, "minutes": 60, "looks": "none", "unit": "rep",
        "outcome": MEETING, "starts_on": draft_view.next_start(db()).isoformat(),
    }  # fmt: skip
    return _render_form(defaults)


@pages.post(f"{PATH}/new")
@page("admin")
def create() -> Answer:
    return _save(None)


@pages.get(f"{PATH}/drafts/<int:draft_id>/edit")
@page("admin", writes=False)
def edit(draft_id: int) -> str:
    draft = drafts.get_draft(db(), draft_id=draft_id)
    return _render_form(draft.choices, draft_id=draft_id)


@pages.post(f"{PATH}/drafts/<int:draft_id>/edit")
@page("admin")
def save(draft_id: int) -> Answer:
    return _save(draft_id)


def _save(draft_id: int | None) -> Answer:
    values: dict[str, Any] = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        choices = Choices.model_validate(values)
        draft = drafts.save_draft(db(), editor=current_identity(), choices=choices, draft_id=draft_id)
    except ValidationError as invalid:
        return _render_form(values, draft_id=draft_id, errors=_errors(invalid)), 422
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render_form(values, draft_id=draft_id, errors=field_errors(problem)), 422
    return redirect(f"{PATH}/drafts/{draft.id}", code=303)


def _errors(invalid: ValidationError) -> dict[str, str]:
    return {str(error["loc"][0]): f"{error['msg']}." for error in invalid.errors(include_url=False, include_input=False)}


def _render_form(values: dict[str, Any], *, draft_id: int | None = None, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "trials/form.html",
        values=values,
        errors=errors or {},
        draft_id=draft_id,
        metrics=draft_view.outcome_choices(db()),
        first_percents=FIRST_PERCENTS,
        wave_choices=WAVES,
    )


@pages.get(f"{PATH}/drafts/<int:draft_id>")
@page("admin", writes=False)
def draft(draft_id: int) -> Answer:
    return _render_draft(draft_id)


def _render_draft(draft_id: int, *, error: str = "") -> str:
    found = drafts.get_draft(db(), draft_id=draft_id)
    return render_template("trials/draft.html", page=draft_view.draft_view(db(), found, viewer=current_identity()), error=error)


@pages.post(f"{PATH}/drafts/<int:draft_id>/propose")
@page("admin", confirm=PATH + "/drafts/{draft_id}")
def propose(draft_id: int) -> Answer:
    try:
        drafts.propose(db(), proposer=current_identity(), draft_id=draft_id)
    except Problem as problem:
        return _refused(draft_id, problem)
    return redirect(f"{PATH}/drafts/{draft_id}", code=303)


@pages.post(f"{PATH}/drafts/<int:draft_id>/confirm")
@page("admin", confirm=PATH + "/drafts/{draft_id}")
def confirm(draft_id: int) -> Answer:
    try:
        trial = drafts.confirm(db(), confirmer=current_identity(), draft_id=draft_id)
    except Problem as problem:
        return _refused(draft_id, problem)
    return redirect(f"{PATH}/{trial.id}", code=303)


def _refused(draft_id: int, problem: Problem) -> Answer:
    if problem.status not in (409, 422):
        raise problem
    return _render_draft(draft_id, error=f"{problem.title}. {problem.detail}"), problem.status


@pages.post(f"{PATH}/drafts/<int:draft_id>/reopen")
@page("admin")
def reopen(draft_id: int) -> WerkzeugResponse:
    drafts.reopen(db(), draft_id=draft_id)
    return redirect(f"{PATH}/drafts/{draft_id}", code=303)


@pages.post(f"{PATH}/drafts/<int:draft_id>/discard")
@page("admin")
def discard(draft_id: int) -> WerkzeugResponse:
    drafts.discard(db(), draft_id=draft_id)
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/drafts/<int:draft_id>/retry")
@page("admin")
def retry_power(draft_id: int) -> WerkzeugResponse:
    drafts.retry_power(db(), draft_id=draft_id)
    return redirect(f"{PATH}/drafts/{draft_id}", code=303)


# --- trials -----------------------------------------------------------------------------------------------------------


@pages.get(f"{PATH}/<int:trial_id>")
@page("manager", "admin", writes=False)
def show(trial_id: int) -> str:
    return _render_trial(trial_id)


def _render_trial(trial_id: int, *, reason: str = "", errors: dict[str, str] | None = None) -> str:
    trial = operations.get_trial(db(), trial_id=trial_id)
    return render_template(
        "trials/trial.html",
        page=view.trial_view(db(), trial, viewer=current_identity()),
        reason=reason,
        errors=errors or {},
        not_for=wording.NOT_FOR,
        labels=wording.BALANCE_LABELS,
    )


@pages.post(f"{PATH}/<int:trial_id>/draw")
@page("admin", confirm=PATH + "/{trial_id}")
def draw(trial_id: int) -> WerkzeugResponse:
    operations.draw_lottery(db(), drawer=current_identity(), trial_id=trial_id)
    return redirect(f"{PATH}/{trial_id}", code=303)


@pages.post(f"{PATH}/<int:trial_id>/cancel")
@page("admin", confirm=PATH + "/{trial_id}")
def cancel(trial_id: int) -> Answer:
    reason = request.form.get("reason", "")
    try:
        operations.cancel(db(), canceller=current_identity(), trial_id=trial_id, reason=reason)
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render_trial(trial_id, reason=reason, errors=field_errors(problem)), problem.status
    return redirect(f"{PATH}/{trial_id}", code=303)


@pages.post(f"{PATH}/<int:trial_id>/analyse")
@page("admin")
def analyse(trial_id: int) -> WerkzeugResponse:
    operations.analyse(db(), starter=current_identity(), trial_id=trial_id)
    return redirect(f"{PATH}/{trial_id}", code=303)


@pages.post(f"{PATH}/<int:trial_id>/analysis/cancel")
@page("admin")
def cancel_analysis(trial_id: int) -> WerkzeugResponse:
    operations.cancel_analysis(db(), canceller=current_identity(), trial_id=trial_id)
    return redirect(f"{PATH}/{trial_id}", code=303)


@pages.post(f"{PATH}/<int:trial_id>/analysis/resume")
@page("admin")
def resume_analysis(trial_id: int) -> WerkzeugResponse:
    operations.resume_analysis(db(), trial_id=trial_id)
    return redirect(f"{PATH}/{trial_id}", code=303)


@pages.get(f"{PATH}/<int:trial_id>/report.json")
@page("admin", writes=True)
def report(trial_id: int) -> Response:
    trial = operations.get_trial(db(), trial_id=trial_id)
    audit.record(db(), action="trial.exported", object_type="trial", object_id=trial.id)
    content = json.dumps(view.document(db(), trial, viewer=current_identity()), indent=1, ensure_ascii=False)
    return Response(
        content,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="trial-{trial_id}.json"', "Cache-Control": "no-store"},
    )


@pages.get("/me/trials")
@page(writes=False)
def my_trials() -> str:
    return render_template("trials/notice.html", notices=notices.notices(db(), reader=current_identity()))
