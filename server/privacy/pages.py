"""A person's control over their data: the notice, who viewed their page, a download of everything, and erasure."""

from __future__ import annotations

import json

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from server.core.access import page
from server.core.clock import now
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import not_found
from server.labels.queries import consent_of
from server.people.queries import acknowledged_at, notice_addition
from server.privacy import operations, queries
from server.security.guard import delete_session_cookie
from server.security.return_paths import local_path

pages = Blueprint("privacy", __name__, template_folder="templates")

#: Typed to erase oneself, so that no single click can.
ERASE_WORDS = "erase my data"


@pages.get("/me/data")
@page(writes=False)
def data() -> str:
    user_id = current_identity().user_id
    return render_template(
        "privacy/data.html",
        acknowledged_at=acknowledged_at(db(), user_id=user_id),
        addition=notice_addition(db()),
        views=operations.list_profile_views(db(), user_id=user_id),
        teaching=consent_of(db(), user_id=user_id),
        export=queries.latest_export(db(), user_id=user_id, at=now()),
    )


@pages.post("/me/notice")
@page()
def acknowledge_notice() -> Redirect:
    operations.acknowledge_notice(db(), user_id=current_identity().user_id)
    flash("Saved. What you share from now on can count toward credit.", "good")
    # The page that pairs a browser shows the notice too, and pairing continues there.
    return redirect(local_path(request.form.get("next", "/me/data")), code=303)


@pages.post("/me/export")
@page(confirm="/me/data")
def request_export() -> Redirect:
    operations.request_export(db(), user_id=current_identity().user_id)
    flash("Your file is being prepared. Reload this page in a moment.")
    return redirect("/me/data", code=303)


@pages.get("/me/export/<int:export_id>")
@page(writes=False, confirm="/me/data")
def download_export(export_id: int) -> Response:
    export = queries.own_export(db(), user_id=current_identity().user_id, export_id=export_id, at=now())
    if export is None or export.document is None:
        raise not_found()
    return Response(
        json.dumps(export.document, ensure_ascii=False, indent=2),
        mimetype="application/json",
        headers={"Content-Disposition": 'attachment; filename="repute-my-data.json"'},
    )


@pages.get("/me/erase")
@page(writes=False, confirm="/me/erase")
def erase_form() -> str:
    return _erase_page()


def _erase_page(*, error: str = "") -> str:
    return render_template("privacy/erase.html", words=ERASE_WORDS, error=error)


@pages.post("/me/erase")
@page(confirm="/me/erase")
def erase() -> Redirect | tuple[str, int]:
    if " ".join(request.form.get("words", "").lower().split()) != ERASE_WORDS:
        return _erase_page(error=f"Type “{ERASE_WORDS}” to go on."), 422
    operations.erase(db(), user_id=current_identity().user_id)
    response = redirect("/sign-in", code=303)
    delete_session_cookie(response)
    return response
