"""Invitations by mail, from the list of people and from one person's page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence, field_problem, not_found
from server.mail import operations
from server.people.directory import list_people
from server.people.forms import read_id
from server.people.queries import get_organisation, subtree
from server.scorecards.access import visible_team_ids
from server.security.guard import settings
from server.security.queries import never_signed_in

pages = Blueprint("mail", __name__, template_folder="templates")


def _people_to_invite(team_id: int | None = None) -> frozenset[int]:
    """Ids of those whom the viewer may invite: everybody for an administrator; for a manager, who is in their teams today, if
    managers see data about individuals at all. 404 without mail."""
    viewer, visible = current_identity(), visible_team_ids(db(), viewer=current_identity())
    if settings().mail is None or (viewer.role != "admin" and get_organisation(db()).team_only):
        raise not_found()
    team_ids = None if viewer.role == "admin" else visible
    if team_id is not None:
        if team_id not in visible:
            raise field_problem("team", "does not exist")
        team_ids = subtree(db(), team_id=team_id)
    return frozenset(entry.user.id for entry in list_people(db(), team_ids=team_ids))


@pages.post("/people/invitations")
@page("manager", "admin")
def invite_several() -> Response:
    """The people who are ticked, or everybody in a team who has not signed in."""
    if request.form.get("who") == "everybody":
        user_ids = _people_to_invite(read_id(request.form, "team")) & never_signed_in(db())
    else:
        user_ids = _people_to_invite() & set(request.form.getlist("person", type=int))
    invited = operations.invite(db(), sender=current_identity(), user_ids=user_ids)
    _flash_result(invited)
    return redirect("/people", code=303)


def _flash_result(invited: operations.Invited) -> None:
    parts = []
    if invited.sent:
        parts.append(f"{invited.sent} {'invitation is' if invited.sent == 1 else 'invitations are'} on the way.")
    if invited.too_often:
        parts.append(
            f"{invited.too_often} {'person was' if invited.too_often == 1 else 'people were'} invited recently: one "
            f"invitation in an hour and {operations.MAX_INVITATIONS} in seven days are possible."
        )
    if invited.signed_in:
        parts.append(f"{invited.signed_in} {'person has' if invited.signed_in == 1 else 'people have'} signed in already.")
    flash(" ".join(parts) or "Nobody was invited: select people who have not signed in.", "good" if invited.sent else "info")


@pages.post("/people/<int:user_id>/invitation")
@page("manager", "admin")
def invite_one(user_id: int) -> Response:
    if user_id not in _people_to_invite():
        raise not_found()
    try:
        invited = operations.invite(db(), sender=current_identity(), user_ids=[user_id])
        operations.refuse_if_nobody(invited)
    except Problem as problem:
        flash(as_sentence(problem), "info")
    else:
        flash("The invitation is on its way.", "good")
    return redirect(f"/people/{user_id}", code=303)
