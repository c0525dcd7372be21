"""What every page shares: the frame's templates, the words for numbers and dates, and the way home.

``init_app`` is called once by the app factory; a folder's own pages live in that folder's ``pages.py``."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, redirect
from sqlalchemy import select
from werkzeug.wrappers import Response

from server.core.access import page
from server.core.database.session import db
from server.core.identity import current_or_none
from server.core.labels import dimension_name
from server.people.models import Organisation

STATIC = Path(__file__).parent / "static"

#: Where each role starts, and what its menu lists.
HOMES = {"rep": "/me", "manager": "/team", "admin": "/tuning"}
PLACES = {
    "rep": (("/me", "My work"), ("/write", "Write")),
    "manager": (("/team", "Team"), ("/me", "My work"), ("/write", "Write")),
    "admin": (("/tuning", "Tuning"), ("/team", "Team"), ("/write", "Write")),
}

KINDS = {
    "linkedin-post": "Post",
    "linkedin-comment": "Comment",
    "x-post": "X post",
    "x-reply": "X reply",
    "linkedin-profile": "Profile update",
    "x-profile": "X profile update",
    "call": "Calls",
    "lead-followed-up": "Leads followed up",
    "meeting": "Meetings booked",
    "deal": "Deals won",
    "credit": "Social credit",
}
BAND_NAMES = {"needs-work": "Needs work", "fair": "Fair", "good": "Good", "strong": "Strong"}
#: How far a tip's reason can be trusted (product.md); the extension's card says it in the same words.
GRADE_NAMES = {
    "A": "Evidence A: primary source or experiment",
    "B": "Evidence B: large study",
    "C": "Evidence C: practitioners' numbers",
    "D": "Evidence D: contested",
    "inference": "Our inference from other evidence",
}
ROLE_NAMES = {"rep": "Sales rep", "manager": "Manager", "admin": "Administrator"}

pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@pages.get("/")
@page(writes=False)
def home() -> Response:
    identity = current_or_none()
    return redirect(HOMES[identity.role] if identity else "/sign-in")


def number(value: float) -> str:
    """Thousands parted by a narrow space, as in 12 400: the same in every locale. A real minus, not a hyphen."""
    return f"{value:,}".replace(",", "\u202f").replace("-", "\u2212")


def signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


def day(value: date | datetime) -> str:
    return f"{value.day} {value:%b %Y}"


def day_short(value: date | datetime) -> str:
    return f"{value.day} {value:%b}"


def week_range(monday: date) -> str:
    """Monday to Sunday: "16 – 22 Nov 2026", naming a month or a year twice only where it changes."""
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
    """A static file's address with a piece of its content's hash, so that a new build is never hidden by a cache."""
    path = STATIC / name
    return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}" if path.is_file() else f"/static/{name}"


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def places() -> tuple[tuple[str, str], ...]:
    identity = current_or_none()
    return PLACES[identity.role] if identity else ()


def organisation() -> Organisation | None:
    """Asked for by a template, not handed to each: an error page must not need the database."""
    return db().scalar(select(Organisation))


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    app.jinja_env.globals.update(identity=current_or_none, organisation=organisation, places=places, asset=asset)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=number,
        day=day,
        day_short=day_short,
        week_range=week_range,
        initials=initials,
        signed=signed,
        grade_name=GRADE_NAMES.__getitem__,
        kind_name=lambda kind: KINDS.get(kind, kind),
        dimension_name=dimension_name,
        band_name=lambda band: BAND_NAMES.get(band, "Not judged"),
        role_name=ROLE_NAMES.__getitem__,
    )
