"""Whether reps may ask for a suggested wording, and the endpoint that the organisation chose for it. No text of anybody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: ``device``: the model that is built into the rep's browser. ``endpoint``: one that this server calls.
MODES = ("off", "device", "endpoint")


class WordingHelp(Base):
    """A single row. Without it wording help is off."""

    __tablename__ = "wording_help"
    __table_args__ = (one_of("mode", MODES), CheckConstraint("id = 1", name="single"))

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False, default=1)
    mode: Mapped[str] = mapped_column(short(), default="off")
    #: Of the endpoint; empty in the other modes. The company is whoever runs it, as reps and the notice to staff name it.
    company: Mapped[str] = mapped_column(short(100), default="")
    base_url: Mapped[str] = mapped_column(short(500), default="")
    model: Mapped[str] = mapped_column(short(200), default="")
    #: The key as JSON, encrypted. None without one: an endpoint in the organisation's own network may need none.
    api_key: Mapped[str | None] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(default=now)
