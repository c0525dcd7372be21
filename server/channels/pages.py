"""The administrators' page about channels: their addresses, a test, and what became of the last messages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.channels import addresses, operations, queries
from server.channels.failures import sentence
from server.channels.models import SERVICES
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence
from server.jobs.status import count_workers
from server.people.queries import get_organisation
from server.security.guard import rate_limiter, settings
from server.security.limits import CHANNEL_TESTS

pages = Blueprint("channels", __name__, template_folder="templates")

PATH = "/settings/channels"
NAMES = {"slack": "Slack", "teams": "Teams"}
Answer = Response | tuple[str, int]


@pages.get(PATH)
@page("admin", writes=False)
def show() -> str:
    return _render()


def _render(*, service: str = "", error: str = "") -> str:
    """After a refusal, with the error and what was typed at the form of ``service``."""
    return render_template(
        "channels/settings.html",
        current=get_organisation(db()),
        services=[
            {
                "key": key,
                "name": NAMES[key],
                "channel": queries.channel_of(db(), service=key),
                "test": queries.latest(db(), service=key, is_test=True),
                "last": queries.latest(db(), service=key, is_test=False),
                "typed": request.form.get("address", "") if key == service else "",
                "error": error if key == service else "",
            }
            for key in SERVICES
        ],
        has_worker=count_workers(db()) > 0,
        sentence=sentence,
        send_at=operations.SEND_AT,
        max_chars=addresses.MAX_CHARS,
    )


@pages.post(f"{PATH}/<service>")
@page("admin")
def save(service: str) -> Answer:
    try:
        operations.set_channel(db(), settings(), service=service, address=request.form.get("address", ""))
    except Problem as problem:
        if not problem.errors:
            raise
        return _render(service=service, error=as_sentence(problem)), problem.status
    flash("Saved. Send a test to see that it arrives.", "good")
    return redirect(f"{PATH}#{service}", code=303)


@pages.post(f"{PATH}/<service>/remove")
@page("admin")
def remove(service: str) -> Response:
    operations.remove_channel(db(), service=service)
    flash("Removed. Nothing more is sent there.", "good")
    return redirect(PATH, code=303)


@pages.post(f"{PATH}/<service>/test")
@page("admin")
def send_test(service: str) -> Response:
    rate_limiter().hit(CHANNEL_TESTS, str(current_identity().user_id))
    operations.send_test(db(), service=service)
    return redirect(f"{PATH}#{service}", code=303)
