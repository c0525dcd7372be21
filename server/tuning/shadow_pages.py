"""The pages of two versions side by side on real use, and of a version as a file."""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.tuning import operations
from server.tuning.champion import get_scoring
from server.tuning.shadow_view import DAYS, compare
from server.tuning.versions import get_proposal, get_version

pages = Blueprint("shadow", __name__, template_folder="templates")


@pages.get("/tuning/shadow")
@page("admin", writes=False)
def index() -> str:
    comparison = compare(db())
    challenger = comparison.challenger
    return render_template(
        "tuning/shadow.html",
        comparison=comparison,
        version=get_version(db(), version_hash=challenger) if challenger else None,
        proposal=get_proposal(db(), viewer=current_identity()),
        days=DAYS,
    )


@pages.post("/tuning/shadow/<version_hash>")
@page("admin")
def start(version_hash: str) -> AnyResponse:
    operations.start_comparing(db(), version_hash=version_hash, admin=current_identity())
    return redirect("/tuning/shadow", code=303)


@pages.post("/tuning/shadow/stop")
@page("admin")
def stop() -> AnyResponse:
    operations.stop_comparing(db(), admin=current_identity())
    return redirect("/tuning/shadow", code=303)


@pages.get("/tuning/versions/<version_hash>/export")
@page("admin", writes=False)
def export(version_hash: str) -> Response:
    # As the hash is computed: keys sorted, no blanks.
    document = get_scoring(db(), version_hash=version_hash).document
    content = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Response(
        content,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="scoring-{version_hash[:12]}.json"'},
    )
