"""Queries of the organisation's choice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.wording_help.models import WordingHelp


def get_choice(session: Session) -> WordingHelp:
    """The stored choice, or one that says off."""
    return session.get(WordingHelp, 1) or WordingHelp(id=1, mode="off", company="", base_url="", model="", api_key=None)


def lock_choices(session: Session) -> Sequence[WordingHelp]:
    """The stored choice, if there is one."""
    return session.scalars(select(WordingHelp).with_for_update()).all()
