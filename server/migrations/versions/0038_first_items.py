"""Finding when each person's first item counted, from an index alone."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

OLD, NEW = "ix_activity_user_id_occurred_at", "ix_activity_user_id_occurred_at_state"


def upgrade() -> None:
    op.create_index(NEW, "activity", ["user_id", "occurred_at", "state"])
    op.drop_index(OLD, "activity")


def downgrade() -> None:
    op.create_index(OLD, "activity", ["user_id", "occurred_at"])
    op.drop_index(NEW, "activity")
