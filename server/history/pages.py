"""A rep's own archive: choosing a file, deciding what becomes of it, the history, and counting recent items."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from nlp.model import DRAFT_DIMENSIONS
from server.activities.idempotency import build_idempotent_request
from server.activities.operations import MAX_AGE, create_share
from server.archives.model import LIMITS, ArchiveError
from server.archives.reader import read_archive
from server.core.access import page
from server.core.database.session import db, engine
from server.core.identity import current_identity
from server.history import operations, queries, view
from server.history.models import TEXT_CHOICES
from server.history.sharing import item_to_share, list_recent
from server.people.queries import acknowledged_at, get_calendar, get_organisation
from server.security.guard import settings, transaction

pages = Blueprint("history", __name__, template_folder="templates")

MAX_PAGE = 10_000
MAX_SEARCH_CHARS = 200
#: The largest file, and the rest of the form around it.
MAX_UPLOAD_BYTES = LIMITS.file_bytes + 64 * 1024
#: What is said once the rep has counted an item, by the state of the share.
SHARED = {
    "counted": ("Counted. Your credit shows the points.", "good"),
    "held": ("On hold: it earns no credit until you fix what its page names.", "info"),
    "duplicate": ("It earns no credit: its page under My work says why.", "info"),
}


@pages.get("/me/archive")
@page(writes=False)
def archive() -> str:
    return _render()


def _render(*, error: str = "") -> str:
    user_id = current_identity().user_id
    calendar = get_calendar(db())
    page_number = max(1, min(request.args.get("page", default=1, type=int), MAX_PAGE))
    words = request.args.get("q", "").strip()[:MAX_SEARCH_CHARS]
    current = queries.own_import(db(), user_id=user_id)
    items, has_older = view.list_items(db(), user_id=user_id, words=words, page=page_number, calendar=calendar)
    return render_template(
        "history/archive.html",
        error=error,
        preview=view.get_preview(db(), current, calendar),
        progress=view.get_progress(current),
        history=view.get_history(db(), user_id=user_id, calendar=calendar),
        recent=list_recent(db(), user_id=user_id, calendar=calendar, secret_keys=settings().secret_keys),
        items=items,
        has_older=has_older,
        page_number=page_number,
        words=words,
        dimensions=DRAFT_DIMENSIONS,
        read_notice=acknowledged_at(db(), user_id=user_id) is not None,
        days=MAX_AGE.days,
        months=get_organisation(db()).text_retention_months,
        max_megabytes=LIMITS.file_bytes // 1_000_000,
        max_items=LIMITS.items,
        preview_minutes=int(operations.PREVIEW_LIFETIME.total_seconds() // 60),
    )


@pages.post("/me/archive")
@page(upload_bytes=MAX_UPLOAD_BYTES)
def upload() -> Redirect | tuple[str, int]:
    file = request.files.get("file")
    if file is None or not file.filename:
        return _render(error="Choose a file first."), 422
    try:
        # Before the first query: reading takes long, and must not block other writers.
        contents = read_archive(file.stream, file.filename)
    except ArchiveError as error:
        return _render(error=str(error)), 422
    operations.receive(db(), user_id=current_identity().user_id, contents=contents)
    return redirect("/me/archive", code=303)


@pages.post("/me/archive/confirm")
@page()
def confirm() -> Redirect:
    texts = request.form.get("texts", TEXT_CHOICES[0])
    operations.confirm(db(), user_id=current_identity().user_id, texts=texts)
    return redirect("/me/archive", code=303)


@pages.post("/me/archive/discard")
@page()
def discard() -> Redirect:
    operations.discard(db(), user_id=current_identity().user_id)
    flash("Deleted. Nothing of this archive was kept.", "good")
    return redirect("/me/archive", code=303)


@pages.post("/me/archive/delete")
@page()
def delete_history() -> Redirect:
    operations.delete_history(db(), user_id=current_identity().user_id)
    flash("Your history is deleted. Items that you shared are still under Shared items.", "good")
    return redirect("/me/archive", code=303)


@pages.post("/me/archive/items/<int:item_id>/share")
@page()
def share(item_id: int) -> Redirect:
    user_id, secret_keys = current_identity().user_id, settings().secret_keys
    with transaction(writes=False) as reader:
        shareable = item_to_share(reader, user_id=user_id, item_id=item_id)
    item = shareable.item
    body = {"surface": item.surface, "text": item.text, "url": item.url, "occurred_at": item.occurred_at.isoformat()}
    once = build_idempotent_request(user_id=user_id, key=shareable.key, call="share", body=body, secret_keys=secret_keys)
    response = create_share(db(), engine(), once, item, source="web", secret_keys=secret_keys)
    flash(*SHARED[response.body["state"]])
    return redirect("/me/archive#recent", code=303)
