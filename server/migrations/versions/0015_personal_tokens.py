"""Personal tokens, time allowances of teams, and regions of public holidays."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("region", sa.String(length=100), nullable=True))
    op.add_column("organisation", sa.Column("managers_set_time", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("holiday", sa.Column("is_deleted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "time_allowance",
        sa.Column("id", Key, nullable=False),
        sa.Column("team_id", Key, nullable=False),
        sa.Column("minutes_per_week", Key, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("minutes_per_week >= 0", name=op.f("ck_time_allowance_minutes")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_time_allowance_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_allowance")),
        sa.UniqueConstraint("team_id", "valid_from", name=op.f("uq_time_allowance_team_id_valid_from")),
    )
    op.create_table(
        "personal_token",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_personal_token_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_personal_token_secret_hash")),
    )
    op.create_index("ix_personal_token_user_id", "personal_token", ["user_id"])


def downgrade() -> None:
    op.drop_table("personal_token")
    op.drop_table("time_allowance")
    # The earlier release knows no deleted holidays: they would apply again.
    op.execute("DELETE FROM holiday WHERE is_deleted")
    op.drop_column("holiday", "is_deleted")
    op.drop_column("organisation", "managers_set_time")
    op.drop_column("organisation", "region")
