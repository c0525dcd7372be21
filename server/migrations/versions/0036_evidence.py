"""Runs that compute whether social work goes with an outcome."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_run",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("progress", Key, nullable=False),
        sa.Column("slot", Key, nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("lag", Key, nullable=False),
        sa.Column("cluster", sa.String(length=64), nullable=False),
        sa.Column("controls", sa.JSON(), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.Column("started_by", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'cancelling', 'cancelled', 'done', 'failed')", name=op.f("ck_evidence_run_state")
        ),
        sa.CheckConstraint("phase IN ('reading', 'computing')", name=op.f("ck_evidence_run_phase")),
        sa.CheckConstraint("cluster IN ('rep', 'team')", name=op.f("ck_evidence_run_cluster")),
        sa.ForeignKeyConstraint(["started_by"], ["user_account.id"], name=op.f("fk_evidence_run_started_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_run")),
        sa.UniqueConstraint("token", name=op.f("uq_evidence_run_token")),
        sa.UniqueConstraint("slot", name=op.f("uq_evidence_run_slot")),
    )


def downgrade() -> None:
    op.drop_table("evidence_run")
