"""Ending somebody else's access, from their page below /people. Administrators only: a manager sees no sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.problems import not_found
from server.people.queries import lock_user
from server.security import operations

pages = Blueprint("access", __name__)


@pages.post("/people/<int:user_id>/sessions/end")
@page("admin")
def end_sessions(user_id: int) -> Response:
    _require_person(user_id)
    operations.end_sessions(db(), user_id=user_id)
    flash("All sessions ended.", "good")
    return redirect(f"/people/{user_id}", code=303)


@pages.post("/people/<int:user_id>/pairings/end")
@page("admin")
def end_pairings(user_id: int) -> Response:
    _require_person(user_id)
    operations.end_pairings(db(), user_id=user_id)
    flash("Extension disconnected.", "good")
    return redirect(f"/people/{user_id}", code=303)


def _require_person(user_id: int) -> None:
    if lock_user(db(), user_id=user_id) is None:
        raise not_found()
