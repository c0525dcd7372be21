"""At most one open proposal, and one export in progress per person."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN, IN_PROGRESS = "state = 'proposed'", "ready_at IS NULL"


def upgrade() -> None:
    # A double click could leave several open: the newest stays, as it does from now on.
    op.execute(
        "UPDATE promotion SET state = 'dropped', decided_at = proposed_at WHERE state = 'proposed' "
        "AND id < (SELECT max(id) FROM promotion WHERE state = 'proposed')"
    )
    op.create_index(
        "uq_promotion_open", "promotion", ["state"], unique=True, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)
    )
    op.execute(
        "DELETE FROM data_export WHERE ready_at IS NULL AND id NOT IN "
        "(SELECT max(id) FROM data_export WHERE ready_at IS NULL GROUP BY user_id)"
    )
    op.create_index(
        "uq_data_export_in_progress",
        "data_export",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text(IN_PROGRESS),
        postgresql_where=sa.text(IN_PROGRESS),
    )


def downgrade() -> None:
    op.drop_index("uq_data_export_in_progress", "data_export")
    op.drop_index("uq_promotion_open", "promotion")
