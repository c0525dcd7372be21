"""Files that a CRM exported, and what is remembered about them."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_file",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=True),
        sa.Column("style", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("lines", Key, nullable=False),
        sa.Column("lines_done", Key, nullable=False),
        sa.Column("chunks", Key, nullable=False),
        sa.Column("next_chunk", Key, nullable=False),
        sa.Column("step", Key, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('mapping', 'checking', 'checked', 'importing', 'done')", name=op.f("ck_import_file_state")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_import_file_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("token", name=op.f("uq_import_file_token")),
    )
    op.create_table(
        "import_chunk",
        sa.Column("import_id", Key, nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_file.id"], name=op.f("fk_import_chunk_import_id_import_file")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_chunk")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("columns_hash", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("columns_hash", name=op.f("pk_import_mapping")),
    )
    op.create_table(
        "import_owner",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_import_owner_user_id_user_account")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_import_owner")),
    )


def downgrade() -> None:
    for table in ("import_owner", "import_mapping", "import_chunk", "import_file"):
        op.drop_table(table)
