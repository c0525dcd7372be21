"""The draft of an organisation's words, style packages and rule settings."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = "kind IN ('banned', 'preferred', 'protected', 'brand', 'trade')"


def upgrade() -> None:
    op.create_table(
        "draft_word",
        sa.Column("id", Key, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("folded", sa.String(length=300), nullable=False),
        sa.Column("use", sa.String(length=100), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("surfaces", sa.JSON(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_draft_word_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_word")),
        sa.UniqueConstraint("folded", name=op.f("uq_draft_word_folded")),
    )
    op.create_table(
        "draft_package",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("imported_at", UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_draft_package")),
    )
    op.create_table(
        "draft_rule",
        sa.Column("rule_id", sa.String(length=200), nullable=False),
        sa.Column("setting", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", name=op.f("pk_draft_rule")),
    )


def downgrade() -> None:
    op.drop_table("draft_rule")
    op.drop_table("draft_package")
    op.drop_table("draft_word")
