"""Words of the organisation's business that never count as protected talk."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("trade_words", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("organisation", "trade_words")
