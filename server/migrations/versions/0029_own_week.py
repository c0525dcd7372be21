"""The points of each dimension and the coach's advice with a shared item, the goals that people set for themselves,
and the channels of Slack and Teams that get the totals of each week."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MEASURES = (
    "measure IN ('posts', 'comments', 'hook', 'clarity', 'specificity', 'story', 'audience', 'conversation', 'credibility', "
    "'voice', 'form')"
)

SERVICES = "service IN ('slack', 'teams')"


def upgrade() -> None:
    op.add_column("activity", sa.Column("dimensions", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("activity", sa.Column("advice", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "own_goal",
        sa.Column("user_id", Key, autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("target", Key, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(MEASURES, name=op.f("ck_own_goal_measure")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_own_goal_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "measure", name=op.f("pk_own_goal")),
    )

    op.create_table(
        "channel",
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ending", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(SERVICES, name=op.f("ck_channel_service")),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_channel")),
    )
    op.create_table(
        "channel_message",
        sa.Column("id", Key, nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=64), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(SERVICES, name=op.f("ck_channel_message_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_message")),
        sa.UniqueConstraint("service", "week", name=op.f("uq_channel_message_service_week")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("channel_message")
    op.drop_table("channel")
    op.drop_table("own_goal")
    op.drop_column("activity", "advice")
    op.drop_column("activity", "dimensions")
