"""The points of each dimension and the coach's advice with a shared item, the goals that people set for themselves,
and the channels of Slack and Teams that get the totals of each week."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NOTICE, NOTICE_BEFORE = "2026-12.5", "2026-12.4"
MEASURES = (
    "measure IN ('posts', 'comments', 'hook', 'clarity', 'specificity', 'story', 'audience', 'conversation', 'credibility', "
    "'voice', 'form')"
)

SERVICES = "service IN ('slack', 'teams')"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


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

    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says what is kept for a person's own week, so everybody is asked to read it again. What the
    organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    current = organisation.c.notice_version == NOTICE
    op.get_bind().execute(sa.update(organisation).where(current).values(notice_version=NOTICE_BEFORE))
    op.get_bind().execute(sa.delete(staff_notice).where(staff_notice.c.version == NOTICE))
    op.drop_table("channel_message")
    op.drop_table("channel")
    op.drop_table("own_goal")
    op.drop_column("activity", "advice")
    op.drop_column("activity", "dimensions")
