"""The demonstration's own keys, and its sign-in links."""

from __future__ import annotations

from pydantic import SecretStr
from sqlalchemy.orm import Session

from server import serving
from server.commands.connection import ensure_data_folder
from server.commands.people import sign_in_link
from server.core.settings import Settings, load_settings
from server.demo import operations as demo
from server.people.models import ROLES


def settings_with_key() -> Settings:
    """The settings, with the demonstration's own key if none is set. Raises ``SettingsError`` for a weak key."""
    settings = load_settings()
    ensure_data_folder(settings)
    if not settings.secret_key.get_secret_value():
        settings = settings.model_copy(update={"secret_key": _demonstration_secret(settings, serving.KEY_FILE)})
    if not settings.metrics_token.get_secret_value():
        settings = settings.model_copy(update={"metrics_token": _demonstration_secret(settings, serving.METRICS_TOKEN_FILE)})
    settings.require_secret_keys()
    return settings


def _demonstration_secret(settings: Settings, name: str) -> SecretStr:
    return SecretStr(serving.demonstration_secret(settings.data, name))


def demonstration_links(session: Session, settings: Settings) -> list[str]:
    visitors = ((role, demo.visitor_account(session, role=role)) for role in ROLES)
    links = [f"  {role:<8} {sign_in_link(session, settings, visitor)}" for role, visitor in visitors]
    return ["Sign in (each link works once and expires after 24 hours):", *links]
