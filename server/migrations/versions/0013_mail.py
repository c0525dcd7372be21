"""Messages by mail, links that were mailed, and reminders."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = "kind IN ('invitation', 'reminder', 'sign-in-link', 'test')"
NOTICE = "2026-12.2"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "mail_message",
        sa.Column("id", Key, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("sender_id", Key, nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("failure", sa.String(length=64), nullable=True),
        sa.Column("failed_at", UTCDateTime(), nullable=True),
        sa.Column("reply", sa.String(length=64), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_mail_message_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mail_message_user_id_user_account")),
        sa.ForeignKeyConstraint(["sender_id"], ["user_account.id"], name=op.f("fk_mail_message_sender_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_message_user_id", "mail_message", ["user_id"])
    op.create_index("ix_mail_message_sender_id", "mail_message", ["sender_id"])
    op.add_column("login_link", sa.Column("address_hash", sa.String(length=64), nullable=True))
    op.add_column("organisation", sa.Column("reminders", Key, nullable=False, server_default="1"))
    op.add_column("organisation", sa.Column("reminder_days", Key, nullable=False, server_default="4"))
    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says what is kept about messages from now on, so everybody is asked to read it again. What the
    organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    op.drop_column("organisation", "reminder_days")
    op.drop_column("organisation", "reminders")
    op.drop_column("login_link", "address_hash")
    op.drop_table("mail_message")
