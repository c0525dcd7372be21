"""Rules of which a rep put a tip aside, for the admin's list of rules that people reject."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is there already has put nothing aside.
    op.add_column("coach_preference", sa.Column("rules_ignored", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("coach_preference", "rules_ignored")
