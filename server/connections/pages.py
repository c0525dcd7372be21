"""The administrators' pages of connected CRMs: connecting one, what is read, whose work it is, and what the last runs did."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.connections import operations, queries, view
from server.connections.forms import read_matches, read_plan
from server.connections.registry import SOURCES
from server.connections.source import SourceError
from server.core import encryption
from server.core.access import page
from server.core.clock import now
from server.core.database.session import db, engine, unit_of_work
from server.core.identity import current_identity
from server.core.problems import Problem, not_found
from server.people.forms import field_errors
from server.people.queries import get_calendar
from server.security.guard import settings

pages = Blueprint("connections", __name__, template_folder="templates")

Answer = str | Response | tuple[str, int]


@pages.get("/connections")
@page("admin", writes=False)
def index() -> str:
    return render_template("connections/index.html", sources=view.list_sources(db()))


@pages.get("/connections/<source>")
@page("admin", writes=False)
def show(source: str) -> str:
    return _render(source)


def _render(
    source: str, *, form: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None, problem: str = ""
) -> str:
    """``form``: what was typed and refused. ``problem``: what the CRM said when the credentials were tested."""
    kind = SOURCES.get(source)
    if kind is None:
        raise not_found()
    connection = queries.get_connection(db(), source=source)
    values = {"kind": kind, "form": form or {}, "errors": errors or {}, "problem": problem}
    if connection is None:
        return render_template("connections/connect.html", **values)
    today = get_calendar(db()).day_of(now())
    return render_template(
        "connections/connection.html",
        connection=connection,
        page=view.connection_view(db(), connection),
        state_labels=view.STATE_LABELS,
        earliest=today - operations.MAX_BACKFILL,
        today=today,
        **values,
    )


@pages.post("/connections/<source>")
@page("admin")
def connect(source: str) -> Answer:
    """Also replaces the credentials of a connection."""
    try:
        # Before the first query: the CRM may take long to answer, and other writers must not wait for it.
        tested = operations.test(settings(), source, request.form)
        operations.add(db(), settings(), source=source, tested=tested, user_id=current_identity().user_id)
    except SourceError as error:
        return _render(source, form=_shown_again(source), problem=error.message), 422
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render(source, form=_shown_again(source), errors=field_errors(problem)), 422
    flash(f"Connected: {tested.account}.", "good")
    return redirect(f"/connections/{source}", code=303)


def _shown_again(source: str) -> dict[str, str]:
    """What was typed, without secrets."""
    return {one.key: request.form.get(one.key, "") for one in SOURCES[source].fields if not one.is_secret}


@pages.post("/connections/<source>/test")
@page("admin")
def test(source: str) -> Response:
    try:
        with unit_of_work(engine(), writes=False) as session:
            values = operations.stored_credentials(session, settings(), source=source)
        tested = operations.test(settings(), source, values)
        operations.store_test(db(), source=source, tested=tested)
        flash(f"It works: {tested.account}.", "good")
    except (SourceError, encryption.KeyMissing) as error:
        flash(error.message if isinstance(error, SourceError) else str(error), "weak")
    return redirect(f"/connections/{source}", code=303)


@pages.post("/connections/<source>/plan")
@page("admin")
def plan(source: str) -> Answer:
    kind = SOURCES.get(source)
    if kind is None:
        raise not_found()
    try:
        chosen = read_plan(request.form, [stream.key for stream in kind.streams])
        operations.change_plan(db(), source=source, plan=chosen)
    except Problem as problem:
        if problem.status != 422:
            raise
        return _render(source, form=request.form.to_dict(), errors=field_errors(problem)), 422
    flash("Saved.", "good")
    return redirect(f"/connections/{source}", code=303)


@pages.post("/connections/<source>/owners")
@page("admin")
def owners(source: str) -> Response:
    matches = read_matches(request.form.getlist("owner"), request.form.getlist("person"))
    operations.match_owners(db(), source=source, matches=matches)
    flash("Saved. What these people did is read again.", "good")
    return redirect(f"/connections/{source}", code=303)


@pages.post("/connections/<source>/start")
@page("admin")
def start(source: str) -> Response:
    operations.start(db(), source=source)
    return redirect(f"/connections/{source}", code=303)


@pages.post("/connections/<source>/pause")
@page("admin")
def pause(source: str) -> Response:
    operations.pause_reading(db(), source=source)
    flash("Paused. What was read stays.", "good")
    return redirect(f"/connections/{source}", code=303)


@pages.post("/connections/<source>/remove")
@page("admin")
def remove(source: str) -> Response:
    with_records = request.form.get("records") == "delete"
    operations.remove(db(), source=source, with_records=with_records)
    flash("The records are being deleted." if with_records else "Removed. The records stay.", "good")
    return redirect("/connections", code=303)
