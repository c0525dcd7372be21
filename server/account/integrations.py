"""The admins' page on integrations: adding one, replacing its token and revoking it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity
from server.core.problems import Problem
from server.security import integrations
from server.security.guard import settings

pages = Blueprint("integrations", __name__, template_folder="templates")


@pages.get("/settings/integrations")
@page("admin", writes=False)
def show() -> str:
    return _render()


def _render(**values: str) -> str:
    return render_template(
        "account/integrations.html",
        integrations=integrations.list_integrations(db()),
        overlap=integrations.OVERLAP.days,
        lifetime=integrations.LIFETIME.days,
        scim_url=f"{settings().origin}/scim/v2",
        **values,
    )


# The token is in this response only, never in a cookie or an address, so there is no redirect.
@pages.post("/settings/integrations")
@page("admin", confirm="/settings/integrations")
def add() -> str | tuple[str, int]:
    label, scope = request.form.get("label", ""), request.form.get("scope", "activities:write")
    try:
        token = integrations.add(db(), label=label, scope=scope, created_by=current_identity().user_id)
    except Problem as problem:
        if not problem.errors or problem.errors[0]["field"] != "label":
            raise
        return _render(label=label, scope=scope, error=f"The name {problem.errors[0]['message']}."), problem.status
    return _render(token=token)


@pages.post("/settings/integrations/<int:integration_id>/rotate")
@page("admin", confirm="/settings/integrations")
def rotate(integration_id: int) -> str:
    return _render(token=integrations.rotate(db(), integration_id=integration_id, created_by=current_identity().user_id))


@pages.post("/settings/integrations/<int:integration_id>/tokens/<int:token_id>/revoke")
@page("admin")
def revoke_token(integration_id: int, token_id: int) -> Response:
    integrations.revoke_token(db(), integration_id=integration_id, token_id=token_id)
    flash("Token revoked.", "good")
    return redirect("/settings/integrations", code=303)


@pages.post("/settings/integrations/<int:integration_id>/revoke")
@page("admin")
def revoke(integration_id: int) -> Response:
    integrations.revoke(db(), integration_id=integration_id)
    flash("Integration revoked.", "good")
    return redirect("/settings/integrations", code=303)
