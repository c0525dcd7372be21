"""Other sites on which the extension may coach, once a rep allows each in their browser."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import UTCDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

NOTICE, NOTICE_BEFORE = "2026-12.9", "2026-12.8"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("organisation", sa.Column("coached_sites", sa.JSON(), nullable=False, server_default="[]"))
    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says that drafts on other sites may be read, so everybody is asked to read it again. What the
    organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    _restore_notice(op.get_bind())
    op.drop_column("organisation", "coached_sites")


def _restore_notice(connection: sa.Connection) -> None:
    """What the organisation added stays: it may have upgraded from an older version than the one before."""
    if connection.scalar(sa.select(organisation.c.notice_version)) == NOTICE:
        connection.execute(sa.update(organisation).values(notice_version=NOTICE_BEFORE))
        if connection.scalar(sa.select(staff_notice.c.version).where(staff_notice.c.version == NOTICE_BEFORE)) is None:
            connection.execute(sa.update(staff_notice).where(staff_notice.c.version == NOTICE).values(version=NOTICE_BEFORE))
    connection.execute(sa.delete(staff_notice).where(staff_notice.c.version == NOTICE))
