"""What the tests of pages with personal tokens share."""

from __future__ import annotations

from server.core.database.session import unit_of_work
from server.security import personal_tokens

TOKEN = r"rpt_[A-Za-z0-9_-]+"


def tokens_of(engine, person):
    with unit_of_work(engine, writes=False) as session:
        return personal_tokens.list_tokens(session, user_id=person.id)
