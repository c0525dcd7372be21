"""Connected CRMs."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "connection",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.Column("schedule", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("problem_code", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=500), nullable=True),
        sa.Column("failures", Key, nullable=False),
        sa.Column("step", Key, nullable=False),
        sa.Column("pages", Key, nullable=False),
        sa.Column("due_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'active', 'paused', 'removing')", name=op.f("ck_connection_state")),
        sa.CheckConstraint("detail IN ('counts', 'records')", name=op.f("ck_connection_detail")),
        sa.CheckConstraint("schedule IN ('hourly', 'daily')", name=op.f("ck_connection_schedule")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_connection_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection")),
        sa.UniqueConstraint("source", name=op.f("uq_connection_source")),
        sa.UniqueConstraint("token", name=op.f("uq_connection_token")),
    )
    op.create_table(
        "connection_stream",
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("is_reread", sa.Boolean(), nullable=False),
        sa.Column("is_clearing", sa.Boolean(), nullable=False),
        sa.Column("rows_read", Key, nullable=False),
        sa.Column("rows_left", Key, nullable=True),
        sa.Column("complete_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_connection_stream_connection_id_connection")
        ),
        sa.PrimaryKeyConstraint("connection_id", "key", name=op.f("pk_connection_stream")),
    )
    op.create_table(
        "connection_owner",
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("owner_id", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("matching", sa.String(length=64), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("has_skipped_rows", sa.Boolean(), nullable=False),
        sa.CheckConstraint("matching IN ('email', 'person', 'skip', 'erased')", name=op.f("ck_connection_owner_matching")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connection.id"], name=op.f("fk_connection_owner_connection_id_connection")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_connection_owner_user_id_user_account")),
        sa.PrimaryKeyConstraint("connection_id", "owner_id", name=op.f("pk_connection_owner")),
    )
    op.create_table(
        "connection_run",
        sa.Column("id", Key, nullable=False),
        sa.Column("connection_id", Key, nullable=False),
        sa.Column("remaining", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("started_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["connection_id"], ["connection.id"], name=op.f("fk_connection_run_connection_id_connection")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connection_run")),
    )
    op.create_index("ix_connection_run_connection_id_id", "connection_run", ["connection_id", "id"])


def downgrade() -> None:
    for table in ("connection_run", "connection_owner", "connection_stream", "connection"):
        op.drop_table(table)
