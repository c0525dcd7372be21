"""Second factors and their recovery codes, and what a session has proved."""

import sqlalchemy as sa
from alembic import op

import server.core.database.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sessions that are open already have proved nothing recently: they are asked.
    for column in (
        sa.Column("awaiting", sa.String(length=64), nullable=True),
        sa.Column("confirmed_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.Column("second_factor_at", server.core.database.types.UTCDateTime(), nullable=True),
    ):
        op.add_column("web_session", column)
    op.create_table(
        "second_factor",
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("last_step", server.core.database.types.Key, nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("used_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_recovery_code_secret_hash")),
    )
    op.create_index("ix_recovery_code_user_id", "recovery_code", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    for column in ("second_factor_at", "confirmed_at", "awaiting"):
        op.drop_column("web_session", column)
