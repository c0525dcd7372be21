"""When a person gets the weekly digest, and whether. The digests themselves are messages (``mail/models.py``)."""

from __future__ import annotations

from datetime import time

from sqlalchemy import ForeignKey, Time, false, true
from sqlalchemy.orm import Mapped, mapped_column

from server.core.database.types import Base, Key, short

QUIET_FROM, QUIET_UNTIL = time(18), time(8)


class DigestSetting(Base):
    """What one person chose. Without a row, the defaults of these columns apply."""

    __tablename__ = "digest_setting"

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    is_stopped: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: An IANA time zone; None for the organisation's.
    time_zone: Mapped[str | None] = mapped_column(short())
    #: No digest is sent from one time to the other, usually over night. The same time twice: at any time of the day.
    quiet_from: Mapped[time] = mapped_column(Time, default=QUIET_FROM)
    quiet_until: Mapped[time] = mapped_column(Time, default=QUIET_UNTIL)
    #: Nor on Saturdays and Sundays.
    quiet_weekends: Mapped[bool] = mapped_column(default=True, server_default=true())
