"""Goals that a person sets for their own social work. Nobody else reads this table: no manager, no administrator, no total."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: Items a week.
COUNTS = ("posts", "comments")
#: Or the average of a dimension, 0-100. Those of ``nlp.model``, whose import brings the language pipeline to every command.
DIMENSIONS = ("hook", "clarity", "specificity", "story", "audience", "conversation", "credibility", "voice", "form")
MEASURES = (*COUNTS, *DIMENSIONS)


class OwnGoal(Base):
    __tablename__ = "own_goal"
    __table_args__ = (one_of("measure", MEASURES),)

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(short(), primary_key=True)
    target: Mapped[int]
    set_at: Mapped[datetime] = mapped_column(default=now)
