"""A person's own page on tokens for editors: creating one and revoking it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem, as_sentence
from server.security import personal_tokens
from server.security.guard import settings

pages = Blueprint("tokens", __name__, template_folder="templates")

PATH = "/settings/tokens"
#: A new token's lifetime in months, unless another is chosen.
DEFAULT_MONTHS = 3


@pages.get(PATH)
@page(writes=False)
def show() -> str:
    return _render()


def _render(*, token: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "account/tokens.html",
        tokens=personal_tokens.list_tokens(db(), user_id=current_identity().user_id),
        expires_soon=personal_tokens.expires_soon,
        limit=personal_tokens.MAX_TOKENS,
        months=range(personal_tokens.MIN_MONTHS, personal_tokens.MAX_MONTHS + 1),
        chosen_months=request.form.get("months", DEFAULT_MONTHS, type=int),
        label=request.form.get("label", "") if errors else "",
        origin=settings().origin,
        token=token,
        errors=errors or {},
    )


# The token is in this response only, never in a cookie or an address, so there is no redirect.
@pages.post(PATH)
@page(confirm=PATH)
def add() -> str | tuple[str, int]:
    try:
        token = personal_tokens.add(
            db(),
            user_id=current_identity().user_id,
            label=request.form.get("label", ""),
            months=request.form.get("months", 0, type=int),
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        field = problem.errors[0]["field"] if problem.errors else "form"
        return _render(errors={field: as_sentence(problem)}), problem.status
    return _render(token=token)


@pages.post(f"{PATH}/<int:token_id>/revoke")
@page()
def revoke(token_id: int) -> Response:
    personal_tokens.revoke(db(), user_id=current_identity().user_id, token_id=token_id)
    flash("Token revoked.", "good")
    return redirect(PATH, code=303)
