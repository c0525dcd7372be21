"""Upgrading the schema, and what a new release carries over."""

from __future__ import annotations

from sqlalchemy import Engine

from nlp import ScoringError
from server.activities.refreshing import refresh_items
from server.commands.connection import fail
from server.core.database.session import unit_of_work
from server.core.settings import Settings
from server.credit.publishing import publish_packaged_policies
from server.migrations import schema
from server.people import queries
from server.tuning.champion import ensure_champion


def upgrade(engine: Engine, settings: Settings) -> None:
    schema.upgrade(engine)
    with unit_of_work(engine) as session:
        if queries.is_set_up(session):
            publish_packaged_policies(session)
            refresh_items(session, secret_keys=settings.require_secret_keys)
            # Carries the organisation's scoring choices over to the rules of this release.
            try:
                ensure_champion(session)
            except ScoringError as error:
                fail(f"This release cannot use the active scoring version: {error}")
