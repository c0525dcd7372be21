"""The administrators' page about mail: whether it works, a test, and reminders."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, not_found
from server.jobs.status import count_workers
from server.mail import operations, queries
from server.mail.failures import sentence
from server.people import organisation
from server.people.queries import get_organisation, users_by_id
from server.security.guard import rate_limiter, settings
from server.security.limits import MAIL_TESTS

pages = Blueprint("mail_settings", __name__, template_folder="templates")

PATH = "/settings/mail"
Answer = Response | tuple[str, int]


@pages.get(PATH)
@page("admin", writes=False)
def show() -> str:
    return _render()


def _render(*, field: str = "", error: str = "") -> str:
    """After a refusal, with the error at its field and what was typed."""
    failed = queries.latest_failure(db())
    oidc = settings().oidc
    waiting, failing = queries.count_unsent(db())
    return render_template(
        "mail/settings.html",
        mail=settings().mail,
        origin=settings().origin,
        provider=oidc and oidc.name,
        current=get_organisation(db()),
        has_worker=count_workers(db()) > 0,
        last_sent_at=queries.last_sent_at(db()),
        waiting=waiting,
        failing=failing,
        failed=failed,
        failed_person=users_by_id(db(), user_ids=[failed.user_id])[failed.user_id] if failed else None,
        test=queries.latest(db(), user_id=current_identity().user_id, kind="test"),
        sentence=sentence,
        max_reminder_days=organisation.MAX_REMINDER_DAYS,
        typed=request.form,
        errors={field: error} if field else {},
    )


@pages.post(f"{PATH}/test")
@page("admin")
def send_test() -> Response:
    if settings().mail is None:
        raise not_found()
    rate_limiter().hit(MAIL_TESTS, str(current_identity().user_id))
    operations.send_test(db(), user_id=current_identity().user_id)
    return redirect(f"{PATH}#test", code=303)


@pages.post(f"{PATH}/reminders")
@page("admin")
def save_reminders() -> Answer:
    form = request.form
    try:
        organisation.change_reminders(db(), reminders=form.get("reminders", type=int), days=form.get("reminder_days", type=int))
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    flash("Saved.", "good")
    return redirect(PATH, code=303)
