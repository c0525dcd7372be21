"""Groups of the identity provider, who is known to be in them, what they give, and what each person was given.

A group comes from provisioning (SCIM), with all its members, or from the claims of a sign-in. Of the latter only the name is
kept, unless a rule or a setting names it: groups can reveal what is nobody's business here, such as a works council."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.core.clock import now
from server.core.database.types import Base, Key, one_of, short
from server.people.models import ROLES

SOURCES = ("scim", "sign-in")
MAX_GROUP_LENGTH = 200


class ProviderGroup(Base):
    __tablename__ = "provider_group"
    __table_args__ = (one_of("source", SOURCES),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    source: Mapped[str] = mapped_column(short())
    #: The name; of a group from a sign-in whatever the claim contains, which may be an id.
    name: Mapped[str] = mapped_column(short(MAX_GROUP_LENGTH), index=True)
    #: The provider's own id, if it sent one.
    external_id: Mapped[str | None] = mapped_column(short(MAX_GROUP_LENGTH), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    #: The last day on which the provider mentioned it.
    seen_on: Mapped[date]


class GroupMember(Base):
    """A person is in the group; for a group from sign-ins, was so at their last one."""

    __tablename__ = "provider_group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("provider_group.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)


class GroupRule(Base):
    """What a group, by its name or its id, gives to its members: a role, a team or both."""

    __tablename__ = "group_rule"
    __table_args__ = (
        UniqueConstraint("group_name"),
        one_of("role", ROLES),
        CheckConstraint("role IS NOT NULL OR team_id IS NOT NULL", name="gives"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    #: Exactly as the provider writes it.
    group: Mapped[str] = mapped_column("group_name", short(MAX_GROUP_LENGTH))
    role: Mapped[str | None] = mapped_column(short())
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))


class GroupGrant(Base):
    """What a person has because of their groups, so that it can be taken away with the group, and nothing else is."""

    __tablename__ = "group_grant"
    __table_args__ = (one_of("role", ROLES),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[str | None] = mapped_column(short())
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
