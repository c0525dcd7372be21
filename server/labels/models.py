"""Labels: texts that readers judge, what they were asked about them, and what they answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: ``nlp.model.DRAFT_SURFACES`` and ``DRAFT_DIMENSIONS``, whose import brings the language pipeline to every command.
SURFACES = ("linkedin-post", "linkedin-comment", "x-post", "x-reply")
DIMENSIONS = ("hook", "clarity", "specificity", "story", "audience", "conversation", "credibility", "voice", "form")
#: ``project``: written for Repute and shipped with it. ``shared``: a person's shared item, while they consent. ``imported``: an
#: administrator said that the organisation may use it.
SOURCES = ("project", "shared", "imported")
#: One draft is marked by the guide; of a pair, readers choose.
KINDS = ("draft", "pair")
CHOICES = ("first", "second", "same")
MAX_NOTE_LENGTH = 300
MAX_COMMENT_LENGTH = 500


class LabelText(Base):
    __tablename__ = "label_text"
    __table_args__ = (one_of("source", SOURCES), one_of("surface", SURFACES))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: SHA-256 of surface and text: no text is judged twice as if it were two.
    key: Mapped[str] = mapped_column(short(64), unique=True)
    source: Mapped[str] = mapped_column(short())
    surface: Mapped[str] = mapped_column(short())
    #: None for a shared item, whose text stays where the person can withdraw it.
    text: Mapped[str | None] = mapped_column(Text)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), unique=True)
    #: Who wrote it, and is therefore never asked about it.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Texts with the same group are never split between fitting and checking.
    group: Mapped[str] = mapped_column(short())


class LabelItem(Base):
    """What readers are asked about: a draft, or two drafts of one surface."""

    __tablename__ = "label_item"
    __table_args__ = (one_of("kind", KINDS),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: SHA-256 of the keys of its texts, in alphabetical order.
    key: Mapped[str] = mapped_column(short(64), unique=True)
    kind: Mapped[str] = mapped_column(short())
    first_id: Mapped[int] = mapped_column(ForeignKey("label_text.id"), index=True)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("label_text.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class LabelReader(Base):
    """Somebody who answered: a person of the organisation, or a reader of an imported file."""

    __tablename__ = "label_reader"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Names the reader in exported files, which contain no names. A UUID, except for readers of imported files.
    code: Mapped[str] = mapped_column(short(100), unique=True)
    #: None for readers of imported files, and after the person was erased.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)


class LabelAnswer(Base):
    """A reader's answer to an item: ``choice`` of a pair, ``marks`` and ``whole`` of a draft, neither if they skipped it."""

    __tablename__ = "label_answer"
    __table_args__ = (
        one_of("choice", CHOICES),
        # A second click, or two tabs, give one answer.
        UniqueConstraint("item_id", "reader_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("label_item.id"))
    reader_id: Mapped[int] = mapped_column(ForeignKey("label_reader.id"), index=True)
    is_skipped: Mapped[bool] = mapped_column(default=False)
    choice: Mapped[str | None] = mapped_column(short())
    #: Dimension to 1-5; a dimension that does not apply is left out.
    marks: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    #: 0-100.
    whole: Mapped[int | None]
    #: Dimensions that decided it.
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(short(MAX_NOTE_LENGTH), default="")
    at: Mapped[datetime] = mapped_column(default=now)


class LabelComment(Base):
    """What readers say to each other about an item on which their answers differ."""

    __tablename__ = "label_comment"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("label_item.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    text: Mapped[str] = mapped_column(short(MAX_COMMENT_LENGTH))
    at: Mapped[datetime] = mapped_column(default=now)


class LabelSettlement(Base):
    """The answer that replaces answers that differ: of somebody who gave none, or proposed by one reader and accepted by
    another. Until then ``is_settled`` is false."""

    __tablename__ = "label_settlement"
    __table_args__ = (one_of("choice", CHOICES),)

    item_id: Mapped[int] = mapped_column(Key, ForeignKey("label_item.id"), primary_key=True, autoincrement=False)
    choice: Mapped[str | None] = mapped_column(short())
    marks: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    whole: Mapped[int | None]
    is_settled: Mapped[bool]
    reader_id: Mapped[int] = mapped_column(ForeignKey("label_reader.id"), index=True)
    #: Who accepted the proposal; None if a third person settled it.
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("label_reader.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)


class LabelExpert(Base):
    """A person whom an administrator named as an expert. Administrators may label without it."""

    __tablename__ = "label_expert"

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    named_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(default=now)


class LabelConsent(Base):
    """The person lets their shared items teach the coach. The row is deleted when they withdraw it."""

    __tablename__ = "label_consent"

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    #: The group of their texts: random, so that exported files do not say whose they are.
    group: Mapped[str] = mapped_column(short())
    given_at: Mapped[datetime] = mapped_column(default=now)
