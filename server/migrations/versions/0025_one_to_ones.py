"""One-to-ones: notes, praise, agreed actions and used talking points."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NOTICE, NOTICE_BEFORE = "2026-12.4", "2026-12.3"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("note_readers", sa.String(length=64), nullable=False, server_default="both"))
        table.add_column(sa.Column("note_retention_months", Key, nullable=False, server_default="12"))
        table.create_check_constraint(op.f("ck_organisation_note_readers"), "note_readers IN ('both', 'manager')")
    op.create_table(
        "one_to_one",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("manager_id", Key, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("praise", sa.Text(), nullable=False),
        sa.Column("version", Key, nullable=False),
        sa.Column("saved_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_one_to_one_user_id_user_account")),
        sa.ForeignKeyConstraint(["manager_id"], ["user_account.id"], name=op.f("fk_one_to_one_manager_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_to_one")),
        sa.UniqueConstraint("user_id", "manager_id", "held_on", name=op.f("uq_one_to_one_user_id_manager_id_held_on")),
    )
    op.create_index("ix_one_to_one_manager_id", "one_to_one", ["manager_id"])
    op.create_table(
        "agreed_action",
        sa.Column("id", Key, nullable=False),
        sa.Column("one_to_one_id", Key, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("owner IN ('person', 'manager')", name=op.f("ck_agreed_action_owner")),
        sa.ForeignKeyConstraint(["one_to_one_id"], ["one_to_one.id"], name=op.f("fk_agreed_action_one_to_one_id_one_to_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_action")),
    )
    op.create_index("ix_agreed_action_one_to_one_id", "agreed_action", ["one_to_one_id"])
    op.create_table(
        "used_point",
        sa.Column("id", Key, nullable=False),
        sa.Column("one_to_one_id", Key, nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.ForeignKeyConstraint(["one_to_one_id"], ["one_to_one.id"], name=op.f("fk_used_point_one_to_one_id_one_to_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_point")),
        sa.UniqueConstraint("one_to_one_id", "reason", "subject", name=op.f("uq_used_point_one_to_one_id_reason_subject")),
    )
    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says what is kept about one-to-ones and who reads it, so everybody is asked to read it again. What
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
    op.drop_table("used_point")
    op.drop_table("agreed_action")
    op.drop_table("one_to_one")
    with op.batch_alter_table("organisation") as table:
        table.drop_constraint(op.f("ck_organisation_note_readers"), type_="check")
        table.drop_column("note_retention_months")
        table.drop_column("note_readers")
