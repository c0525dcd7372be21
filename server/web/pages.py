"""What every page shares: the base template, filters for numbers and dates, the error page and the redirect to the home page.

The app factory calls ``init_app`` once. Each package has its own pages in its ``pages.py``."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

import flask
from flask import Blueprint, Flask, g, redirect, render_template, send_from_directory
from sqlalchemy import select
from werkzeug.wrappers import Response

from server.activities.operations import MAX_AGE
from server.appeals.deadlines import appeal_days
from server.appeals.queue import count_to_answer, may_open_queue
from server.connections.registry import SOURCES
from server.connections.view import connected_titles
from server.core import formats
from server.core.access import page
from server.core.database.session import db
from server.core.formats import number, signed, week_range
from server.core.identity import current_identity, current_identity_or_none
from server.core.labels import EVIDENCE_GRADE_LABELS, ROLE_LABELS, band_label, dimension_label, kind_label
from server.core.problems import Problem
from server.credit.modes import mode_in_effect
from server.credit.sentences import factor, ordinal
from server.imports.layouts import UNKNOWN_LAYOUT
from server.labels.queries import is_expert
from server.outcomes import states
from server.people.models import Metric, Organisation
from server.people.queries import count_active_admins, get_calendar
from server.scorecards.approvals import count_waiting, may_decide
from server.wording_help.models import WordingHelp
from server.wording_help.queries import get_choice

STATIC = Path(__file__).parent / "static"
#: Contains the style sheet that the extension's card also uses.
CONTRACT = Path(__file__).parents[1] / "contract"
DESIGN_TOKENS = "tokens.css"

APPROVALS = "/approvals"
#: Each role's home page and menu entries. The home page of administrators is the setup checklist until it is hidden.
HOME_PATHS = {"rep": "/me", "manager": "/team", "admin": "/tuning"}
APPEALS = ("/appeals", "Appeals")
LABELS = ("/tuning/labels", "Labels")
EVIDENCE = ("/evidence", "Evidence")
MENUS = {
    "rep": (("/me", "My work"), ("/write", "Write")),
    "manager": (
        ("/team", "Team"), EVIDENCE, (APPROVALS, "Approvals"), APPEALS, ("/people", "People"), ("/me", "My work"),
        ("/write", "Write"),
    ),
    "admin": (
        ("/tuning", "Tuning"), ("/team", "Team"), EVIDENCE, (APPROVALS, "Approvals"), APPEALS, ("/people", "People"),
        ("/audit", "Audit"), ("/write", "Write"),
    ),
}  # fmt: skip


class WebBlueprint(Blueprint):
    """Serves the files in ``static/`` and the style sheet shared with the extension."""

    def send_static_file(self, filename: str) -> flask.Response:
        if filename == DESIGN_TOKENS:
            return send_from_directory(CONTRACT, DESIGN_TOKENS, max_age=self.get_send_file_max_age(filename))
        return super().send_static_file(filename)


pages = WebBlueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@pages.get("/")
@page(writes=False)
def home() -> Response:
    identity = current_identity()
    return redirect("/setup" if identity.role == "admin" and _is_setup_open() else HOME_PATHS[identity.role])


def _is_setup_open() -> bool:
    """The demonstration comes complete."""
    current = organisation()
    return current is not None and not current.is_demonstration and current.setup_dismissed_at is None


@pages.get("/help")
@page(writes=False)
def help_page() -> str:
    return render_template("web/help.html", archive_days=MAX_AGE.days)


def render_problem(problem: Problem) -> str:
    return render_template("web/problem.html", problem=problem, request_id=g.get("request_id"))


def day(value: date | datetime) -> str:
    """A moment as the day in the organisation's time zone."""
    return formats.day(_local_day(value))


def day_short(value: date | datetime) -> str:
    return formats.day_short(_local_day(value))


def moment(value: datetime) -> str:
    """Day and time in the organisation's time zone."""
    return f"{day(value)}, {value.astimezone(get_calendar(db()).zone):%H:%M}"


def _local_day(value: date | datetime) -> date:
    return get_calendar(db()).day_of(value) if isinstance(value, datetime) else value


def plural(count: float, singular: str, plural: str = "") -> str:
    """The noun without the number: ``singular`` for 1 and -1, otherwise ``plural`` (default: ``singular`` + s)."""
    return singular if count in (1, -1) else plural or f"{singular}s"


def initials(name: str) -> str:
    parts = name.split()
    return (parts[0][:1] + parts[-1][:1] if len(parts) > 1 else name[:2]).upper()


def asset(name: str) -> str:
    """The URL of a static file with part of its content's hash, so that caches never serve an old build."""
    path = (CONTRACT if name == DESIGN_TOKENS else STATIC) / name
    return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}" if path.is_file() else f"/static/{name}"


@cache
def _digest(path: Path, _modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def menu() -> tuple[tuple[str, str], ...]:
    identity = current_identity_or_none()
    if identity is None:
        return ()
    hidden = set()
    if identity.role != "rep" and not may_decide(db(), viewer=identity):
        hidden.add(APPROVALS)
    opens_queue = may_open_queue(db(), viewer=identity)
    if not opens_queue:
        hidden.add(APPEALS[0])
    entries = tuple(entry for entry in MENUS[identity.role] if entry[0] not in hidden)
    # An overseer may have any role.
    if opens_queue and APPEALS not in entries:
        entries = (*entries, APPEALS)
    # Administrators find the labels under Tuning.
    return (*entries, LABELS) if identity.role != "admin" and is_expert(db(), user_id=identity.user_id) else entries


def waiting_count(address: str) -> int:
    """How many decisions or answers of the person who is signed in wait behind an entry of the menu."""
    identity = current_identity_or_none()
    if identity is None:
        return 0
    if address == APPROVALS:
        return count_waiting(db(), viewer=identity)
    return count_to_answer(db(), viewer=identity) if address == APPEALS[0] else 0


def organisation() -> Organisation | None:
    """Templates call this instead of receiving the row: an error page must work without the database."""
    session = db()
    # Pages with many numbers ask for each of them.
    if session.info.get("organisation") is None:
        session.info["organisation"] = session.scalar(select(Organisation))
    found: Organisation | None = session.info["organisation"]
    return found


#: Sources of records that are no names of products. Others name themselves.
SOURCE_NAMES = {"crm": "the CRM", "daily-totals": "a file of daily totals"}


def source_name(source: str) -> str:
    """What a record came from, as it stands after "from"."""
    if source in SOURCES:
        return SOURCES[source].title
    return "a file" if source.startswith(UNKNOWN_LAYOUT) else SOURCE_NAMES.get(source, source)


def connected_crms() -> list[str]:
    """The names of the CRMs that the server reads, for the notice to staff."""
    return connected_titles(db())


def wording_help() -> WordingHelp:
    """Where suggested wordings come from, for the notice to staff."""
    return get_choice(db())


def credit_mode() -> str:
    """The credit mode in effect."""
    current = organisation()
    return "blind" if current is None else mode_in_effect(current)


def metric_number(value: float, metric: Metric) -> str:
    """A metric's number with its unit: "1 234", "€12 000", "CHF 900"."""
    if metric.unit == "count":
        return number(value)
    current = organisation()
    return formats.money(value, current.currency if current else "")


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    app.jinja_env.globals.update(
        identity=current_identity_or_none,
        organisation=organisation,
        connected_crms=connected_crms,
        wording_help=wording_help,
        menu=menu,
        waiting_count=waiting_count,
        outcome_ledgers=states.LEDGER_LABELS,
        outcome_kinds=states.KIND_LABELS,
        outcome_nouns=states.KIND_NOUNS,
        outcome_grades=states.GRADE_LABELS,
        outcome_states=states.STATE_LABELS,
        appeal_days=lambda: appeal_days(db()),
        count_admins=lambda: count_active_admins(db()),
        asset=asset,
        credit_mode=credit_mode,
        metric_number=metric_number,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        number=number,
        day=day,
        day_short=day_short,
        moment=moment,
        week_range=week_range,
        initials=initials,
        signed=signed,
        plural=plural,
        factor=factor,
        ordinal=ordinal,
        grade_name=EVIDENCE_GRADE_LABELS.__getitem__,
        kind_name=kind_label,
        dimension_name=dimension_label,
        band_name=band_label,
        source_name=source_name,
        role_name=ROLE_LABELS.__getitem__,
    )
