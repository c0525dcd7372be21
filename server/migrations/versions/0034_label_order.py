"""The queue of labels is asked in a random order: neither scores nor priorities of its items are stored."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("label_text", "score")
    op.drop_column("label_item", "priority")
    # No code runs them any more.
    op.execute("DELETE FROM job WHERE kind = 'labels.score' AND state <> 'done'")


def downgrade() -> None:
    op.add_column("label_item", sa.Column("priority", sa.Float(), nullable=False, server_default="0"))
    op.add_column("label_text", sa.Column("score", Key, nullable=True))
