"""The points of each dimension and the coach's advice with a shared item, and the goals that people set for themselves."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None

MEASURES = (
    "measure IN ('posts', 'comments', 'hook', 'clarity', 'specificity', 'story', 'audience', 'conversation', 'credibility', "
    "'voice', 'form')"
)


def upgrade() -> None:
    op.add_column("activity", sa.Column("dimensions", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("activity", sa.Column("advice", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "own_goal",
        sa.Column("user_id", Key, autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("target", Key, nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(MEASURES, name=op.f("ck_own_goal_measure")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_own_goal_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "measure", name=op.f("pk_own_goal")),
    )


def downgrade() -> None:
    op.drop_table("own_goal")
    op.drop_column("activity", "advice")
    op.drop_column("activity", "dimensions")
