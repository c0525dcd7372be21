"""A manager's page of a one-to-one, which prints as a sheet, and a person's page of their own."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, not_found
from server.one_to_ones import operations, reading, schemas
from server.one_to_ones.models import OWNERS
from server.one_to_ones.schemas import Entry, NewAction
from server.people.forms import field_errors, read_optional_date
from server.people.queries import get_organisation
from server.scorecards.links import requested_week
from server.scorecards.points.reasons import REASONS

pages = Blueprint("one_to_ones", __name__, template_folder="templates")

PATH = "/team/rep/<int:user_id>/one-to-one"
Answer = str | Response | tuple[str, int]


def _address(user_id: int, **changes: object) -> str:
    """With the team and the week of this request."""
    kept = {name: request.args[name] for name in ("team", "week", "day") if request.args.get(name)}
    parameters = {name: value for name, value in (kept | changes).items() if value is not None}
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"/team/rep/{user_id}/one-to-one{query}"


def _held_on() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


# Writes a record of the view, which that person can see.
@pages.get(PATH)
@page("manager", writes=True)
def show(user_id: int) -> str:
    return _render(user_id)


def _render(user_id: int, *, errors: dict[str, str] | None = None, is_conflict: bool = False) -> str:
    """With ``errors``, after a refusal: with what was typed."""
    found = reading.open_page(
        db(),
        viewer=current_identity(),
        user_id=user_id,
        held_on=_held_on(),
        week=requested_week(),
        team_id=request.args.get("team", type=int),
    )
    return render_template(
        "one_to_ones/one_to_one.html",
        found=found,
        form=request.form if errors else None,
        errors=errors or {},
        is_conflict=is_conflict,
        REASONS=REASONS,
        limits=schemas,
        address=_address,
        back=f"/team/rep/{user_id}?{urlencode({'week': found.week})}",
    )


@pages.post(PATH)
@page("manager")
def save(user_id: int) -> Answer:
    try:
        held_on = _held_on() or read_optional_date(request.form, "held_on")
        if held_on is None:
            raise not_found()
        operations.save(
            db(), viewer=current_identity(), user_id=user_id, held_on=held_on, week=requested_week(), entry=_read_entry()
        )  # fmt: skip
    except Problem as problem:
        if problem.status == 404:
            raise
        return _render(user_id, errors=field_errors(problem), is_conflict=problem.status == 409), problem.status
    flash("Saved.", "good")
    return redirect(_address(user_id), code=303)


@pages.post(f"{PATH}/delete")
@page("manager")
def delete(user_id: int) -> Response:
    held_on = _held_on()
    if held_on is None:
        raise not_found()
    operations.delete_one(db(), viewer=current_identity(), user_id=user_id, held_on=held_on)
    flash("Deleted, with its actions.", "good")
    return redirect(_address(user_id, day=None), code=303)


def _read_entry() -> Entry:
    form = request.form
    actions = []
    for index in range(schemas.MAX_NEW_ACTIONS):
        owner = form.get(f"action-{index}-owner", OWNERS[0])
        due_on = read_optional_date(form, f"action-{index}-due")
        text = " ".join(form.get(f"action-{index}-text", "").split())
        actions.append(NewAction(text, owner if owner in OWNERS else OWNERS[0], due_on))
    points = (value.partition(":") for value in form.getlist("point"))
    # What stood on the page: only a mark that differs from it was changed here.
    shown = {name.removeprefix("was-"): value == "done" for name, value in form.items() if name.startswith("was-")}
    done = set(form.getlist("done"))
    return Entry(
        notes=_lines(form.get("notes", "")),
        praise=_lines(form.get("praise", "")),
        actions=tuple(actions),
        points=frozenset((reason, subject) for reason, _, subject in points),
        changed={int(key): key in done for key, was in shown.items() if key.isdecimal() and (key in done) != was},
        version=form.get("version", default=0, type=int),
    )


def _lines(text: str) -> str:
    """Browsers send line ends as two characters, which would count twice."""
    return text.replace("\r\n", "\n").strip()


@pages.get("/me/one-to-ones")
@page(writes=False)
def own() -> str:
    organisation = get_organisation(db())
    return render_template(
        "one_to_ones/own.html",
        found=reading.own_page(db(), viewer=current_identity()),
        is_shared=organisation.note_readers == "both",
        team_only=organisation.team_only,
        months=organisation.note_retention_months,
    )


@pages.post("/me/one-to-ones/actions/<int:action_id>")
@page()
def mark_action(action_id: int) -> Response:
    done = request.form.get("done") == "yes"
    operations.mark_own_action(db(), viewer=current_identity(), action_id=action_id, done=done)
    flash("Marked as done." if done else "Open again.", "good")
    return redirect("/me/one-to-ones", code=303)
