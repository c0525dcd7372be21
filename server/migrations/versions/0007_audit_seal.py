"""The audit log's hash chain."""

import sqlalchemy as sa
from alembic import op

import server.core.database.types
from server.core.database import triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("first_entry_id", server.core.database.types.Key, nullable=False),
        sa.Column("last_entry_id", server.core.database.types.Key, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("previous_sha256", name=op.f("uq_audit_seal_previous_sha256")),
    )
    triggers.install(op.get_bind(), ("audit_seal",))


def downgrade() -> None:
    op.drop_table("audit_seal")
