"""The administrators' page with the organisation's settings. Each form is saved on its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import Problem, as_sentence
from server.people import notices, organisation, queries, time_zones
from server.security.guard import settings

pages = Blueprint("organisation", __name__, template_folder="templates")

PATH = "/settings/organisation"
Answer = Response | tuple[str, int]


@pages.get(PATH)
@page("admin", writes=False)
def show() -> str:
    return _render()


def _render(*, field: str = "", error: str = "") -> str:
    """After a refusal, with the error at its field and what was typed."""
    current = queries.get_organisation(db())
    addition = queries.notice_addition(db())
    readers = queries.notice_readers(db())
    return render_template(
        "account/organisation.html",
        current=current,
        typed=request.form,
        errors={field: error} if field else {},
        zones=time_zones.names(),
        limits=organisation.RETENTION_LIMITS,
        answer_limits=organisation.ANSWER_DAYS,
        overseer_account=queries.active_user(db(), user_id=current.overseer_id) if current.overseer_id else None,
        addition=addition,
        max_addition=notices.MAX_ADDITION,
        readers=readers,
        acknowledged=sum(at is not None for _, _, at in readers),
        admins=sum(role == "admin" for _, role, _ in readers),
        is_mail_configured=settings().mail is not None,
    )


def _save(change: Callable[[], object]) -> Answer:
    try:
        change()
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    flash("Saved.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/general")
@page("admin")
def save_general() -> Answer:
    form = request.form
    return _save(lambda: organisation.change_general(db(), name=form.get("name", ""), time_zone=form.get("time_zone", "")))


# Confirmed first: this decides whether a machine's judgement reaches anybody's credit.
@pages.post(f"{PATH}/credit")
@page("admin", confirm=PATH)
def save_credit() -> Answer:
    form = request.form
    return _save(lambda: organisation.change_credit_mode(db(), mode=form.get("mode", ""), overseer=form.get("overseer", "")))


# Confirmed first: whoever has the overseer's account decides about credit.
@pages.post(f"{PATH}/appeals")
@page("admin", confirm=PATH)
def save_appeals() -> Answer:
    form = request.form
    return _save(
        lambda: organisation.change_appeals(
            db(),
            answer_days=form.get("answer_days", type=int),
            overseer_email=form.get("overseer_email", ""),
        )
    )


# Confirmed first: this decides whether managers see data about individuals.
@pages.post(f"{PATH}/visibility")
@page("admin", confirm=PATH)
def save_visibility() -> Answer:
    form = request.form
    return _save(
        lambda: organisation.change_team_only(
            db(),
            team_only=form.get("team_only") != "no",
            basis=form.get("basis", ""),
            basis_on=form.get("basis_on", type=date.fromisoformat),
        )
    )


# Confirmed first: this decides who reads what is written about somebody.
@pages.post(f"{PATH}/one-to-ones")
@page("admin", confirm=PATH)
def save_note_readers() -> Answer:
    return _save(lambda: organisation.change_note_readers(db(), readers=request.form.get("note_readers", "")))


@pages.post(f"{PATH}/scoring")
@page("admin", confirm=PATH)
def save_scoring() -> Answer:
    return _save(lambda: organisation.change_two_person(db(), required=request.form.get("two_person") != "no"))


@pages.post(f"{PATH}/quiet-mode")
@page("admin")
def save_quiet_mode() -> Answer:
    return _save(lambda: organisation.change_quiet_mode(db(), required=request.form.get("quiet_required") == "yes"))


# Confirmed first: this decides which other sites' pages may send people's texts.
@pages.post(f"{PATH}/editors")
@page("admin", confirm=PATH)
def save_editor_origins() -> Answer:
    lines = request.form.get("editor_origins", "").splitlines()
    return _save(lambda: organisation.change_editor_origins(db(), origins=lines))


@pages.post(f"{PATH}/sharing")
@page("admin")
def save_sharing() -> Answer:
    return _save(lambda: organisation.change_default_share_choice(db(), choice=request.form.get("choice", "")))


@pages.post(f"{PATH}/retention")
@page("admin", confirm=PATH)
def save_retention() -> Answer:
    periods = {name: request.form.get(name, type=int) for name in organisation.RETENTION_LIMITS}
    return _save(lambda: organisation.change_retention(db(), periods=periods))


@pages.post(f"{PATH}/notice")
@page("admin")
def publish_notice() -> Answer:
    return _save(lambda: notices.publish(db(), addition=request.form.get("addition", "")))
