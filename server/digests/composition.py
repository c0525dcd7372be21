"""Writes a digest as a message: plain text and HTML with the same content, from the templates in ``messages/``.

There are no images and nothing is loaded from elsewhere, so nothing tells when a digest is read."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.orm import Session

from server.core import clock
from server.core.formats import money, number, week_range
from server.core.identity import Identity
from server.core.settings import Settings
from server.digests.content import own_week, team_week
from server.digests.operations import may_be_sent
from server.digests.stop_links import stop_path
from server.mail.composition import Envelope, build, tidy
from server.mail.models import MailMessage
from server.people.models import Metric, User
from server.people.queries import get_organisation

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "messages"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(number=number, week_range=week_range, capitalize_first=lambda text: text[:1].upper() + text[1:])


def compose(session: Session, message: MailMessage, user: User, envelope: Envelope, settings: Settings) -> EmailMessage | None:
    """The digest as its reader may see it now; None if it is not to be sent, or not now."""
    week = message.week
    if week is None or not may_be_sent(session, user=user, week=week, at=clock.now()):
        return None
    reader = Identity(user.id, user.name, user.email, user.role)
    template = "own_week" if user.role == "rep" else "team_week"
    content = (
        own_week(session, reader=reader, week=week) if user.role == "rep" else team_week(session, reader=reader, week=week)
    )
    if content is None:
        return None
    organisation = get_organisation(session)

    def metric_number(value: float, metric: Metric) -> str:
        return number(value) if metric.unit == "count" else money(value, organisation.currency)

    stop_url = settings.origin + stop_path(settings.require_secret_keys(), user_id=user.id)
    values: dict[str, Any] = {
        "name": user.name,
        "organisation": organisation,
        "origin": settings.origin,
        "week": week,
        "content": content,
        "metric_number": metric_number,
        "stop_url": stop_url,
    }
    subject, _, text = _environment.get_template(f"{template}.txt").render(values).partition("\n")
    page = _environment.get_template(f"{template}.html").render(values, subject=subject)
    # One click in the mail program, without opening a page (RFC 8058).
    headers = {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return build(envelope, subject=subject, text=tidy(text), page=page, headers=headers)
