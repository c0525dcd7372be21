"""The administrators' page: where suggested wordings come from, and a test of the endpoint."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence
from server.people.queries import get_organisation
from server.security.guard import rate_limiter, settings, transaction
from server.security.limits import WORDING_TESTS, WORDINGS
from server.wording_help import addresses, operations, queries
from server.wording_help.failures import WordingFailure
from server.wording_help.operations import Chosen

pages = Blueprint("wording_help", __name__, template_folder="templates")

PATH = "/settings/wording-help"
FIELDS = ("mode", "company", "base_url", "model", "api_key")
Answer = Response | tuple[str, int]


@pages.get(PATH)
@page("admin", writes=False)
def show() -> str:
    return _render()


def _render(*, field: str = "", error: str = "", test: str = "", is_good: bool = False) -> str:
    """After a refusal, with the error at its field and what was typed, except the key."""
    choice = queries.get_choice(db())
    return render_template(
        "wording_help/settings.html",
        current=get_organisation(db()),
        choice=choice,
        typed=request.form if field else {},
        errors={field: error} if field else {},
        test=test,
        is_good=is_good,
        example=addresses.EXAMPLE,
        limits={
            "company": operations.MAX_COMPANY, "model": operations.MAX_MODEL, "api_key": operations.MAX_KEY,
            "base_url": addresses.MAX_CHARS,
        },
        per_person=WORDINGS,
    )  # fmt: skip


# Confirmed first: this decides whether a text leaves for another company.
@pages.post(PATH)
@page("admin", confirm=PATH)
def save() -> Answer:
    chosen = Chosen(**{field: request.form.get(field, "") for field in FIELDS})
    try:
        operations.change(db(), settings(), chosen=chosen)
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(field=problem.errors[0]["field"], error=as_sentence(problem)), problem.status
    flash("Saved. Send a test to see that it works." if chosen.mode == "endpoint" else "Saved.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/test")
@page("admin", writes=False)
def send_test() -> str:
    """Opens its own transactions, because the endpoint must not be asked in one."""
    rate_limiter().hit(WORDING_TESTS, str(current_identity().user_id))
    try:
        with transaction(writes=True) as session:
            endpoint = operations.get_endpoint(session, settings())
            operations.record_test(session)
        seconds = operations.send_test(endpoint)
    except WordingFailure as failure:
        return _render(test=failure.for_admin)
    return _render(test=f"It answered with a wording after {seconds:.1f} seconds.", is_good=True)
