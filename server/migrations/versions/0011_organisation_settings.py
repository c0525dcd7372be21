"""Settings of the organisation, versions of the notice to staff, and changes in the audit log."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _settings() -> tuple[sa.Column[Any], ...]:
    """Existing organisations keep what was built in before."""
    return (
        sa.Column("time_zone", sa.String(length=64), nullable=False, server_default="UTC"),
        sa.Column("team_only_basis", sa.String(length=64), nullable=True),
        sa.Column("team_only_basis_on", sa.Date(), nullable=True),
        sa.Column("default_share_choice", sa.String(length=64), nullable=False, server_default="ask"),
        sa.Column("text_retention_months", Key, nullable=False, server_default="13"),
        sa.Column("view_retention_months", Key, nullable=False, server_default="12"),
        sa.Column("access_retention_days", Key, nullable=False, server_default="30"),
        sa.Column("export_days", Key, nullable=False, server_default="7"),
        sa.Column("setup_dismissed_at", UTCDateTime(), nullable=True),
    )


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("changes", sa.JSON(none_as_null=True), nullable=True))
    for column in _settings():
        op.add_column("organisation", column)
    op.create_table(
        "staff_notice",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("addition", sa.Text(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_staff_notice")),
    )


def downgrade() -> None:
    op.drop_table("staff_notice")
    for column in reversed(_settings()):
        op.drop_column("organisation", column.name)
    op.drop_column("audit_entry", "changes")
