"""A person's own library of what they shared, and what their colleagues let the team read."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from nlp.model import DRAFT_SURFACES
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.library import operations, view

pages = Blueprint("library", __name__, template_folder="templates")

PATH = "/me/library"
#: Far more pages than anybody has; larger numbers would overflow the query's offset.
MAX_PAGE = 1_000


def _surface() -> str | None:
    """The one chosen in the address; None for all."""
    surface = request.values.get("surface", "")
    return surface if surface in DRAFT_SURFACES else None


def _by_score() -> bool:
    return request.values.get("sort") != "new"


def _number() -> int:
    return max(1, min(request.values.get("page", default=1, type=int) or 1, MAX_PAGE))


def _address(path: str, **parameters: object) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


@pages.get(PATH)
@page(writes=False)
def show() -> str:
    number, surface, by_score = _number(), _surface(), _by_score()
    found = view.own_page(db(), user_id=current_identity().user_id, surface=surface, by_score=by_score, number=number)
    sort = "" if by_score else "new"
    return render_template(
        "library/own.html",
        found=found,
        surfaces=DRAFT_SURFACES,
        surface=surface,
        by_score=by_score,
        page_number=number,
        newer=_address(PATH, surface=surface, sort=sort, page=number - 1),
        older=_address(PATH, surface=surface, sort=sort, page=number + 1),
    )


@pages.get(f"{PATH}/team")
@page(writes=False)
def show_team() -> str:
    number, surface = _number(), _surface()
    path = f"{PATH}/team"
    return render_template(
        "library/team.html",
        found=view.team_page(db(), user_id=current_identity().user_id, surface=surface, number=number),
        surfaces=DRAFT_SURFACES,
        surface=surface,
        page_number=number,
        newer=_address(path, surface=surface, page=number - 1),
        older=_address(path, surface=surface, page=number + 1),
    )


@pages.post(f"{PATH}/<int:share_id>/offer")
@page()
def offer(share_id: int) -> Response:
    operations.offer(db(), identity=current_identity(), share_id=share_id)
    flash("Your team may read this item now.", "good")
    return _back(share_id)


@pages.post(f"{PATH}/<int:share_id>/withdraw")
@page()
def withdraw(share_id: int) -> Response:
    operations.withdraw(db(), identity=current_identity(), share_id=share_id)
    flash("Your team can no longer read this item here.", "good")
    return _back(share_id)


def _back(share_id: int) -> Response:
    number = _number() if _number() > 1 else ""
    address = _address(PATH, surface=_surface(), sort="" if _by_score() else "new", page=number)
    return redirect(f"{address}#item-{share_id}", code=303)
