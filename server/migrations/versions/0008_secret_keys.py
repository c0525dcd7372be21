"""Which secret key a second factor and a recovery code need."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("second_factor", sa.Column("key_id", sa.String(length=64), nullable=True))
    op.add_column("second_factor", sa.Column("difference", sa.String(length=64), nullable=True))
    op.add_column("recovery_code", sa.Column("key_id", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("recovery_code", "key_id")
    op.drop_column("second_factor", "difference")
    op.drop_column("second_factor", "key_id")
