"""Items that their author lets the team read as examples."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NOTICE, NOTICE_BEFORE = "2026-12.7", "2026-12.6"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "team_example",
        sa.Column("activity_id", Key, autoincrement=False, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("given_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_team_example_activity_id_activity")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_team_example_user_id_user_account")),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_team_example")),
    )
    op.create_index(op.f("ix_team_example_user_id"), "team_example", ["user_id"])
    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says who reads an item that its author lets the team read, so everybody is asked to read it again. What
    the organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    current = organisation.c.notice_version == NOTICE
    op.get_bind().execute(sa.update(organisation).where(current).values(notice_version=NOTICE_BEFORE))
    op.get_bind().execute(sa.delete(staff_notice).where(staff_notice.c.version == NOTICE))
    op.drop_table("team_example")
