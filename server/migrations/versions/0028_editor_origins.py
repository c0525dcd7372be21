"""Web pages and apps that may call LanguageTool's API from a browser."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("editor_origins", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("organisation", "editor_origins")
