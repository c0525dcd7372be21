"""How to set up an editor: the page has this server's address, and a token that it creates, in what is to be copied."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, render_template

from nlp.model import MAX_DRAFT_UTF16
from server.account.token_form import TokenForm, submit
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.people.queries import get_organisation
from server.security.guard import settings

pages = Blueprint("editors", __name__, template_folder="templates")

PATH = "/settings/editors"
#: Stands for the token until one is created.
PLACEHOLDER = "YOUR_TOKEN"
PORTS = {"https": 443, "http": 80}


@pages.get(PATH)
@page(writes=False)
def show() -> str:
    return _render(TokenForm())


def _render(form: TokenForm) -> str:
    address = urlsplit(settings().origin)
    return render_template(
        "account/editors.html",
        form=form,
        token=form.token or PLACEHOLDER,
        address=address,
        port=address.port or PORTS[address.scheme],
        email=current_identity().email,
        origins=get_organisation(db()).editor_origins,
        limit=MAX_DRAFT_UTF16,
        per_minute=settings().assess_per_minute,
    )


# The token is in this response only, never in a cookie or an address, so there is no redirect.
@pages.post(PATH)
@page(confirm=PATH)
def add() -> tuple[str, int]:
    form = submit()
    return _render(form), form.status
