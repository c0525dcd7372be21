"""A person's own page on tokens for editors: creating one and revoking it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from server.account.token_form import TokenForm, submit
from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.security import personal_tokens

pages = Blueprint("tokens", __name__, template_folder="templates")

PATH = "/settings/tokens"


@pages.get(PATH)
@page(writes=False)
def show() -> str:
    return _render(TokenForm())


def _render(form: TokenForm) -> str:
    return render_template(
        "account/tokens.html",
        tokens=personal_tokens.list_tokens(db(), user_id=current_identity().user_id),
        expires_soon=personal_tokens.expires_soon,
        limit=personal_tokens.MAX_TOKENS,
        form=form,
    )


# The token is in this response only, never in a cookie or an address, so there is no redirect.
@pages.post(PATH)
@page(confirm=PATH)
def add() -> tuple[str, int]:
    form = submit()
    return _render(form), form.status


@pages.post(f"{PATH}/<int:token_id>/revoke")
@page()
def revoke(token_id: int) -> Response:
    personal_tokens.revoke(db(), user_id=current_identity().user_id, token_id=token_id)
    flash("Token revoked.", "good")
    return redirect(PATH, code=303)
