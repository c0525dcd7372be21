"""The pages of evidence: whether social work goes with more sales in the organisation's own numbers."""

from __future__ import annotations

from flask import Blueprint, render_template

from server.core.access import page

pages = Blueprint("evidence", __name__, template_folder="templates")


@pages.get("/evidence")
@page("manager", "admin", writes=False)
def index() -> str:
    return render_template("evidence/index.html")
