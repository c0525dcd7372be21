"""What every page shares: the frame's templates, the template filters for numbers and dates, and the home page.

``init_app`` is called once by the app factory; the pages of a room are in that room's ``pages.py``."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import flask
from flask import Blueprint, Flask, redirect, send_from_directory
from sqlalchemy import select
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_identity_or_none
from server.core.labels import EVIDENCE_GRADE_LABELS, ROLE_LABELS, band_label, dimension_label, kind_label
from server.people.models import Organisation

STATIC = Path(__file__).parent / "static"
#: Holds the style sheet that the extension's card uses too.
CONTRACT = Path(__file__).parents[1] / "contract"
TOKENS = "tokens.css"

#: The home page of each role, and the entries of its menu.
HOME_PATHS = {"rep": "/me", "manager": "/team", "admin": "/tuning"}
MENUS = {
    "rep": (("/me", "My work"), ("/write", "Write")),
    "manager": (("/team", "Team"), ("/me", "My work"), ("/write", "Write")),
    "admin": (("/tuning", "Tuning"), ("/team", "Team"), ("/write", "Write")),
}


class WebBlueprint(Blueprint):
    """Serves the style sheet that the extension shares beside the files in ``static/``."""

    def send_static_file(self, filename: str) -> flask.Response:
        if filename == TOKENS:
            return send_from_directory(CONTRACT, TOKENS, max_age=self.get_send_file_max_age(filename))
        return super().send_static_file(filename)


pages = WebBlueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@pages.get("/")
@page(writes=False)
def home() -> Response:
    identity = current_identity_or_none()
    return redirect(HOME_PATHS[identity.role] if identity else "/sign-in")


def number(value: float) -> str:
    """Thousands separated by a narrow space, as in 12 400, whatever the locale. A real minus, not a hyphen."""
    return f"{value:,}".replace(",", "\u202f").replace("-", "\u2212")


def signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def day(value: date | datetime) -> str:
    return f"{value.day} {value:%b %Y}"


def day_short(value: date | datetime) -> str:
    return f"{value.day} {value:%b}"


def plural(count: float, singular: str, plural: str = "") -> str:
    """The noun alone: "point" for 1 and -1, otherwise ``plural``, by default ``singular`` with an s."""
    return singular if count in (1, -1) else plural or f"{singular}s"


def factor(percent: int) -> str:
    """150 percent as 1.5, 100 as 1."""
    return f"{percent / 100:g}"


def week_range(monday: date) -> str:
    """Monday to Sunday: "16 – 22 Nov 2026", repeating a month or a year only where it changes."""
    sunday = monday + timedelta(days=6)
    if monday.year != sunday.year:
        return f"{day(monday)} – {day(sunday)}"
    if monday.month != sunday.month:
        return f"{day_short(monday)} – {day(sunday)}"
    return f"{monday.day} – {day(sunday)}"


def initials(name: str) -> str:
    parts = name.split()
    return (parts[0][:1] + parts[-1][:1] if len(parts) > 1 else name[:2]).upper()


def asset(name: str) -> str:
    """The URL of a static file with part of its content's hash, so that a cache never serves an old build."""
    path = (CONTRACT if name == TOKENS else STATIC) / name
    return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}" if path.is_file() else f"/static/{name}"


@cache
def _digest(path: Path, _modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def menu() -> tuple[tuple[str, str], ...]:
    identity = current_identity_or_none()
    return MENUS[identity.role] if identity else ()


def organisation() -> Organisation | None:
    """Called by templates rather than passed to each: an error page must not need the database."""
    return db().scalar(select(Organisation))


def credit_mode() -> str:
    """What reaches credit of an item's quality. ``bands`` without a named overseer is ``blind``, as in the calculation."""
    firm = organisation()
    if firm is None or (firm.credit_mode == "bands" and not firm.overseer):
        return "blind"
    return firm.credit_mode


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    app.jinja_env.globals.update(
        identity=current_identity_or_none, organisation=organisation, places=menu, asset=asset, credit_mode=credit_mode
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=number,
        day=day,
        day_short=day_short,
        week_range=week_range,
        initials=initials,
        signed=signed,
        plural=plural,
        factor=factor,
        grade_name=EVIDENCE_GRADE_LABELS.__getitem__,
        kind_name=kind_label,
        dimension_name=dimension_label,
        band_name=band_label,
        role_name=ROLE_LABELS.__getitem__,
    )
