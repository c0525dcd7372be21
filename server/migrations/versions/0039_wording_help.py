"""Where suggested wordings come from, and whether a person wants them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

NOTICE, NOTICE_BEFORE = "2026-12.8", "2026-12.7"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "wording_help",
        sa.Column("id", Key, autoincrement=False, nullable=False),
        sa.Column("mode", sa.String(length=64), nullable=False),
        sa.Column("company", sa.String(length=100), nullable=False),
        sa.Column("base_url", sa.String(length=500), nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("api_key", sa.Text(), nullable=True),
        sa.Column("set_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('off', 'device', 'endpoint')", name=op.f("ck_wording_help_mode")),
        sa.CheckConstraint("id = 1", name=op.f("ck_wording_help_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_help")),
    )
    op.add_column("coach_preference", sa.Column("wording_help", sa.Boolean(), server_default=sa.true(), nullable=False))
    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says where a text goes for which somebody asks a suggested wording, so everybody is asked to read it
    again. What the organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    _restore_notice(op.get_bind())
    op.drop_column("coach_preference", "wording_help")
    op.drop_table("wording_help")


def _restore_notice(connection: sa.Connection) -> None:
    """What the organisation added stays: it may have upgraded from an older version than the one before."""
    if connection.scalar(sa.select(organisation.c.notice_version)) == NOTICE:
        connection.execute(sa.update(organisation).values(notice_version=NOTICE_BEFORE))
        if connection.scalar(sa.select(staff_notice.c.version).where(staff_notice.c.version == NOTICE_BEFORE)) is None:
            connection.execute(sa.update(staff_notice).where(staff_notice.c.version == NOTICE).values(version=NOTICE_BEFORE))
    connection.execute(sa.delete(staff_notice).where(staff_notice.c.version == NOTICE))
