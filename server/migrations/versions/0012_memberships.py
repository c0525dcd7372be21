"""Dated memberships, absences, public holidays, and targets of people and roles."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

METRICS = "metric IN ('call', 'lead-followed-up', 'meeting', 'credit')"
ROLES = "role IN ('rep', 'manager', 'admin')"
INTERVAL = "ends_on IS NULL OR ends_on >= starts_on"
OPEN = "ends_on IS NULL"
SCOPE = (
    "(user_id IS NOT NULL AND team_id IS NULL AND role IS NULL) OR (user_id IS NULL AND team_id IS NOT NULL "
    "AND role IS NULL) OR (user_id IS NULL AND team_id IS NULL AND role IS NOT NULL)"
)

user = sa.table(
    "user_account",
    sa.column("id", Key), sa.column("role", sa.String), sa.column("team_id", Key), sa.column("is_active", sa.Boolean),
    sa.column("started_on", sa.Date), sa.column("created_at", UTCDateTime),
)  # fmt: skip
activity = sa.table(
    "activity", sa.column("user_id", Key), sa.column("team_id", Key), sa.column("occurred_at", UTCDateTime)
)  # fmt: skip
audit_entry = sa.table(
    "audit_entry",
    sa.column("action", sa.String), sa.column("object_type", sa.String), sa.column("object_id", sa.String),
    sa.column("at", UTCDateTime),
)  # fmt: skip
membership = sa.table(
    "membership",
    sa.column("id", Key), sa.column("user_id", Key), sa.column("team_id", Key), sa.column("role", sa.String),
    sa.column("starts_on", sa.Date), sa.column("ends_on", sa.Date),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("team", sa.Column("region", sa.String(length=100), nullable=True))
    op.create_table(
        "membership",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("team_id", Key, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_membership_role")),
        sa.CheckConstraint(INTERVAL, name=op.f("ck_membership_interval")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", "starts_on", name=op.f("uq_membership_user_id_starts_on")),
    )
    op.create_index("ix_membership_team_id", "membership", ["team_id"])
    op.create_index(
        "uq_membership_open", "membership", ["user_id"], unique=True,
        sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
    )  # fmt: skip
    op.create_table(
        "leave",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'long-leave', 'other')", name=op.f("ck_leave_kind")),
        sa.CheckConstraint(INTERVAL, name=op.f("ck_leave_interval")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_leave_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
        sa.UniqueConstraint("user_id", "starts_on", name=op.f("uq_leave_user_id_starts_on")),
    )
    op.create_table(
        "holiday",
        sa.Column("id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("day", "region", name=op.f("uq_holiday_day_region")),
    )
    with op.batch_alter_table("target") as batch_op:
        batch_op.alter_column("team_id", existing_type=Key, nullable=True)
        batch_op.add_column(sa.Column("user_id", Key, nullable=True))
        batch_op.add_column(sa.Column("role", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("ramp", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_foreign_key(op.f("fk_target_user_id_user_account"), "user_account", ["user_id"], ["id"])
        batch_op.create_unique_constraint(op.f("uq_target_user_id_metric_valid_from"), ["user_id", "metric", "valid_from"])
        batch_op.create_unique_constraint(op.f("uq_target_role_metric_valid_from"), ["role", "metric", "valid_from"])
        batch_op.create_check_constraint(op.f("ck_target_role"), ROLES)
        batch_op.create_check_constraint(op.f("ck_target_scope"), SCOPE)
    # The notice to staff says what is kept from now on, so everybody is asked to read it again.
    op.execute("UPDATE organisation SET notice_version = '2026-12'")
    _fill_memberships(op.get_bind())
    with op.batch_alter_table("activity") as batch_op:
        batch_op.drop_constraint("fk_activity_team_id_team", type_="foreignkey")
        batch_op.drop_column("team_id")
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.drop_index("ix_user_account_team_id")
        batch_op.drop_constraint("fk_user_account_team_id_team", type_="foreignkey")
        batch_op.drop_column("team_id")


def _fill_memberships(connection: sa.Connection) -> None:
    """Everybody is in their present team since their first record in any team, or since they started or were added if that was
    earlier; somebody deactivated, until that day."""
    first_records: dict[int, datetime] = dict(
        connection.execute(
            sa.select(activity.c.user_id, sa.func.min(activity.c.occurred_at, type_=UTCDateTime))
            .where(activity.c.team_id.is_not(None))
            .group_by(activity.c.user_id)
        ).all()
    )
    deactivations: dict[str, datetime] = dict(
        connection.execute(
            sa.select(audit_entry.c.object_id, sa.func.max(audit_entry.c.at, type_=UTCDateTime))
            .where(audit_entry.c.action == "user.deactivated", audit_entry.c.object_type == "user")
            .group_by(audit_entry.c.object_id)
        ).all()
    )
    for row in connection.execute(sa.select(user).where(user.c.team_id.is_not(None))).all():
        days: list[date] = [row.created_at.date()]
        if row.started_on is not None:
            days.append(row.started_on)
        if row.id in first_records:
            days.append(first_records[row.id].date())
        starts_on, ends_on = min(days), None
        if not row.is_active:
            ends_on = max(starts_on, deactivations.get(str(row.id), datetime.now(UTC)).date())
        connection.execute(
            sa.insert(membership).values(
                user_id=row.id, team_id=row.team_id, role=row.role, starts_on=starts_on, ends_on=ends_on
            )
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch_op:
        batch_op.add_column(sa.Column("team_id", Key, nullable=True))
        batch_op.create_foreign_key("fk_user_account_team_id_team", "team", ["team_id"], ["id"])
        batch_op.create_index("ix_user_account_team_id", ["team_id"])
    with op.batch_alter_table("activity") as batch_op:
        batch_op.add_column(sa.Column("team_id", Key, nullable=True))
        batch_op.create_foreign_key("fk_activity_team_id_team", "team", ["team_id"], ["id"])
    # The earlier release knows one team per person and per record: the newest, and that of the day.
    connection = op.get_bind()
    for row in connection.execute(sa.select(membership).order_by(membership.c.starts_on)).all():
        connection.execute(sa.update(user).where(user.c.id == row.user_id).values(team_id=row.team_id))
        started_at = datetime(row.starts_on.year, row.starts_on.month, row.starts_on.day, tzinfo=UTC)
        connection.execute(
            sa.update(activity)
            .where(activity.c.user_id == row.user_id, activity.c.occurred_at >= started_at)
            .values(team_id=row.team_id)
        )
    connection.execute(sa.text("DELETE FROM target WHERE team_id IS NULL"))
    with op.batch_alter_table("target") as batch_op:
        batch_op.drop_constraint(op.f("ck_target_scope"), type_="check")
        batch_op.drop_constraint(op.f("ck_target_role"), type_="check")
        batch_op.drop_constraint(op.f("uq_target_role_metric_valid_from"), type_="unique")
        batch_op.drop_constraint(op.f("uq_target_user_id_metric_valid_from"), type_="unique")
        batch_op.drop_constraint(op.f("fk_target_user_id_user_account"), type_="foreignkey")
        batch_op.drop_column("ramp")
        batch_op.drop_column("role")
        batch_op.drop_column("user_id")
        batch_op.alter_column("team_id", existing_type=Key, nullable=False)
    op.drop_table("holiday")
    op.drop_table("leave")
    op.drop_table("membership")
    op.drop_column("team", "region")
