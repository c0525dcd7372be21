"""A rep's private history from their own archive."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = "kind IN ('linkedin-post', 'linkedin-comment', 'linkedin-profile', 'x-post', 'x-reply')"


def upgrade() -> None:
    op.create_table(
        "archive_import",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("total", Key, nullable=False),
        sa.Column("processed", Key, nullable=False),
        sa.Column("step", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('preview', 'scoring', 'done')", name=op.f("ck_archive_import_state")),
        sa.CheckConstraint("texts IN ('none', 'recent', 'all')", name=op.f("ck_archive_import_texts")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_archive_import_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_import")),
        sa.UniqueConstraint("user_id", name=op.f("uq_archive_import_user_id")),
        sa.UniqueConstraint("token", name=op.f("uq_archive_import_token")),
    )
    op.create_table(
        "archive_entry",
        sa.Column("id", Key, nullable=False),
        sa.Column("import_id", Key, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("published_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_archive_entry_kind")),
        sa.ForeignKeyConstraint(["import_id"], ["archive_import.id"], name=op.f("fk_archive_entry_import_id_archive_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_entry")),
    )
    op.create_index("ix_archive_entry_import_id", "archive_entry", ["import_id"])
    op.create_table(
        "history_item",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("published_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("score", Key, nullable=True),
        sa.Column("band", sa.String(length=64), nullable=True),
        sa.Column("dimensions", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=64), nullable=True),
        sa.Column("scoring_version", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_until", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_history_item_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_history_item_user_id_user_account")),
        sa.ForeignKeyConstraint(
            ["scoring_version"], ["scoring_version.hash"], name=op.f("fk_history_item_scoring_version_scoring_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_item")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_history_item_user_id_key")),
    )
    op.create_index("ix_history_item_user_id_published_at", "history_item", ["user_id", "published_at"])


def downgrade() -> None:
    op.drop_table("history_item")
    op.drop_table("archive_entry")
    op.drop_table("archive_import")
