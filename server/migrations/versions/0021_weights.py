"""Weights of metrics in the scorecard's one number, from a Monday on."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weight_set",
        sa.Column("id", Key, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("is_capped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_set")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_weight_set_valid_from")),
    )


def downgrade() -> None:
    op.drop_table("weight_set")
