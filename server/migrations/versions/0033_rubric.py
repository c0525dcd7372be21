"""The draft of an organisation's rubric, and what the scores of recent items are computed from."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_rubric",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_draft_rubric")),
    )
    op.create_table(
        "item_inputs",
        sa.Column("activity_id", Key, nullable=False),
        sa.Column("measured_by", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("measured_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_item_inputs_activity_id_activity")),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_item_inputs")),
    )


def downgrade() -> None:
    op.drop_table("item_inputs")
    op.drop_table("draft_rubric")
