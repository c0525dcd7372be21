"""Scoring versions (immutable), the aliases that point at them, proposals to move the champion alias, and the organisation's
draft of its own words, style packages, rule settings and rubric, which becomes part of a version when it is proposed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short

#: As ``nlp.rules.words.WORD_KINDS``; importing that would load the language pipeline for every command.
WORD_KINDS = ("banned", "preferred", "protected", "brand", "trade")
#: As ``nlp.model.BANDS``.
BANDS = ("needs-work", "fair", "good", "strong")
#: Where a compared text came from: a draft while it was written, or a shared item.
SHADOW_SOURCES = ("draft", "share")


class ScoringVersion(Base):
    """Rules, rubric and learned weights as one document, identified by its content hash. Never changed or removed."""

    __tablename__ = "scoring_version"

    hash: Mapped[str] = mapped_column(short(64), primary_key=True)
    #: Two megabytes of JSON, so it is loaded only where it is read: requests need the hash alone.
    document: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    parent_hash: Mapped[str | None] = mapped_column(ForeignKey("scoring_version.hash"))
    #: None for the version that ships with the product.
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(short(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class ScoringAlias(Base):
    __tablename__ = "scoring_alias"
    __table_args__ = (one_of("name", ("champion", "challenger")),)

    name: Mapped[str] = mapped_column(short(), primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    moved_at: Mapped[datetime] = mapped_column(default=now)
    moved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class Promotion(Base):
    """A proposal to make a version the champion. If two people are required, the proposer cannot confirm it."""

    __tablename__ = "promotion"
    __table_args__ = (
        one_of("state", ("proposed", "confirmed", "dropped")),
        # At most one proposal is open.
        Index(
            "uq_promotion_open",
            "state",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version_hash: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    replaces_hash: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    state: Mapped[str] = mapped_column(short(), default="proposed")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]


class DraftWord(Base):
    """An entry of the organisation's word list, as the next version will have it."""

    __tablename__ = "draft_word"
    __table_args__ = (one_of("kind", WORD_KINDS), UniqueConstraint("folded"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(short())
    text: Mapped[str] = mapped_column(short(100))
    #: Case-folded, so that no word is on the list twice. Folding makes a word up to three times as long.
    folded: Mapped[str] = mapped_column(short(300))
    use: Mapped[str] = mapped_column(short(100), default="")
    note: Mapped[str] = mapped_column(short(200), default="")
    #: Empty: everywhere.
    surfaces: Mapped[list[str]] = mapped_column(JSON, default=list)


class DraftPackage(Base):
    """An imported package of Vale styles, as the next version will have it."""

    __tablename__ = "draft_package"

    name: Mapped[str] = mapped_column(short(), primary_key=True)
    #: Text by path.
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(default=now)


class DraftRule(Base):
    """Settings of one rule that the next version will have: ``on``, ``points`` and ``surfaces_off``, each if it was set."""

    __tablename__ = "draft_rule"

    rule_id: Mapped[str] = mapped_column(short(200), primary_key=True)
    setting: Mapped[dict[str, Any]] = mapped_column(JSON)


class DraftRubric(Base):
    """A number of the rubric that the next version will have and the active one had not when it was set (rubric.py)."""

    __tablename__ = "draft_rubric"

    #: ``weight.hook``, ``emphasis.x-post.hook``, ``band.drafts.fair``.
    key: Mapped[str] = mapped_column(short(100), primary_key=True)
    value: Mapped[int]


class ShadowCount(Base):
    """How often the challenger gave another band than the champion, and by how much their scores differed: counts alone, of
    nobody's text and of nobody. ``difference``: sum of the challenger's score less the champion's."""

    __tablename__ = "shadow_count"
    __table_args__ = (
        one_of("source", SHADOW_SOURCES),
        one_of("champion_band", BANDS),
        one_of("challenger_band", BANDS),
        UniqueConstraint(
            "day",
            "source",
            "surface",
            "champion_hash",
            "challenger_hash",
            "champion_band",
            "challenger_band",
            name="uq_shadow_count",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    day: Mapped[date]
    source: Mapped[str] = mapped_column(short())
    surface: Mapped[str] = mapped_column(short())
    champion_hash: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    challenger_hash: Mapped[str] = mapped_column(ForeignKey("scoring_version.hash"))
    champion_band: Mapped[str] = mapped_column(short())
    challenger_band: Mapped[str] = mapped_column(short())
    number: Mapped[int]
    difference: Mapped[int]
    difference_squared: Mapped[int]
