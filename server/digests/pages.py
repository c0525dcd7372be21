"""When a person gets the weekly digest, stopping it with one click from a message, and switching digests on for everybody."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page, public
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, field_problem, not_found
from server.digests import operations, queries
from server.digests.models import QUIET_FROM, QUIET_UNTIL
from server.digests.stop_links import PATH as STOP_PATH
from server.digests.stop_links import user_of
from server.people import organisation, time_zones
from server.people.queries import active_user, get_organisation
from server.security.guard import settings

pages = Blueprint("digests", __name__, template_folder="templates")

PATH = "/settings/digest"
Answer = Response | tuple[str, int]


@pages.get(PATH)
@page("rep", "manager", writes=False)
def show() -> str:
    return _render()


def _render(*, field: str = "", error: str = "") -> str:
    """After a refusal, with the error at its field and what was typed."""
    setting = queries.setting_of(db(), user_id=current_identity().user_id)
    current = get_organisation(db())
    form = request.form
    return render_template(
        "digests/settings.html",
        current=current,
        is_mail_configured=settings().mail is not None,
        is_sent=form.get("is_sent") == "yes" if form else setting is None or not setting.is_stopped,
        time_zone=form.get("time_zone", (setting and setting.time_zone) or ""),
        quiet_from=form.get("quiet_from", f"{setting.quiet_from if setting else QUIET_FROM:%H:%M}"),
        quiet_until=form.get("quiet_until", f"{setting.quiet_until if setting else QUIET_UNTIL:%H:%M}"),
        quiet_weekends=form.get("quiet_weekends") == "yes" if form else setting is None or setting.quiet_weekends,
        zones=time_zones.names(),
        errors={field: error} if field else {},
    )


@pages.post(PATH)
@page("rep", "manager")
def save() -> Answer:
    form = request.form
    try:
        operations.change_setting(
            db(),
            user_id=current_identity().user_id,
            is_sent=form.get("is_sent") == "yes",
            time_zone=form.get("time_zone", ""),
            quiet_from=form.get("quiet_from", ""),
            quiet_until=form.get("quiet_until", ""),
            quiet_weekends=form.get("quiet_weekends") == "yes",
        )
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    flash("Saved.", "good")
    return redirect(PATH, code=303)


@pages.post("/settings/mail/digest")
@page("admin")
def save_for_everybody() -> Response:
    is_sent = request.form.get("weekly_digest") == "yes"
    if is_sent and settings().mail is None:
        raise field_problem("weekly_digest", "needs mail, which is not configured on the server")
    organisation.change_weekly_digest(db(), is_sent=is_sent)
    flash("Saved.", "good")
    return redirect("/settings/mail", code=303)


# Public: whoever reads the message may not be signed in. The link does one thing, for the person to whom it was sent.
@pages.get(f"{STOP_PATH}/<token>")
@public(writes=False, anonymous=True)
def confirm_stop(token: str) -> str:
    """Only asks: programs that look for harmful links open every address in a message."""
    if active_user(db(), user_id=_user_of(token)) is None:
        raise not_found()
    return render_template("digests/stop.html", is_stopped=False)


# Public: as above. Mail programs send this themselves (RFC 8058), without our form, so it carries no form token.
@pages.post(f"{STOP_PATH}/<token>")
@public(anonymous=True, form_token=False)
def stop(token: str) -> str:
    if not operations.stop(db(), user_id=_user_of(token)):
        raise not_found()
    return render_template("digests/stop.html", is_stopped=True)


def _user_of(token: str) -> int:
    user_id = user_of(settings().secret_keys, token)
    if user_id is None:
        raise not_found()
    return user_id
