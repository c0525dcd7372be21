"""Weekly sums of records and credit. A recurring job fills them; until then pages read what they are of."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_week",
        sa.Column("user_id", Key, autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("team_id", Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("count", Key, nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_person_week_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", "starts_on", "team_id", "kind", name=op.f("pk_person_week")),
    )
    op.create_index("ix_person_week_team", "person_week", ["starts_on", "team_id", "user_id", "kind", "count", "value"])
    op.create_table(
        "team_week",
        sa.Column("team_id", Key, autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("count", Key, nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.Column("people", Key, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "starts_on", "kind", name=op.f("pk_team_week")),
    )
    op.create_table(
        "rollup_state",
        sa.Column("id", Key, autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("next_user_id", Key, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
    )


def downgrade() -> None:
    op.drop_table("rollup_state")
    op.drop_table("team_week")
    op.drop_index("ix_person_week_team", table_name="person_week")
    op.drop_table("person_week")
