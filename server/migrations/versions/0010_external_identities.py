"""Accounts at the identity provider, and sign-ins whose answer was received."""

import sqlalchemy as sa
from alembic import op

import server.core.database.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_identity",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_external_identity_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
        sa.UniqueConstraint("issuer", "user_id", name=op.f("uq_external_identity_issuer_user_id")),
    )
    op.create_index("ix_external_identity_user_id", "external_identity", ["user_id"], unique=False)
    op.create_table(
        "used_sign_in_state",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_used_sign_in_state")),
    )
    op.create_index("ix_used_sign_in_state_expires_at", "used_sign_in_state", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("used_sign_in_state")
    op.drop_table("external_identity")
