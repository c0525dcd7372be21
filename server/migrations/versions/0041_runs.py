"""Analyses of trials are runs: with progress, and they can be cancelled. Problems of runs have the same length."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

STATES = "state IN ('queued', 'running', 'cancelling', 'cancelled', 'done', 'failed')"
OLD_STATES = "state IN ('queued', 'done', 'failed')"
QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.drop_index("uq_trial_analysis_open", "trial_analysis")
    with op.batch_alter_table("trial_analysis") as batch_op:
        batch_op.add_column(sa.Column("slot", Key, nullable=True))
        batch_op.add_column(sa.Column("phase", sa.String(length=64), nullable=False, server_default="reading"))
        batch_op.add_column(sa.Column("progress", Key, nullable=False, server_default="0"))
        batch_op.drop_constraint(op.f("ck_trial_analysis_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_trial_analysis_state"), STATES)
        batch_op.create_check_constraint(op.f("ck_trial_analysis_phase"), "phase IN ('reading', 'computing')")
        batch_op.create_unique_constraint(op.f("uq_trial_analysis_trial_id_slot"), ["trial_id", "slot"])
    op.execute("UPDATE trial_analysis SET slot = 1 WHERE state = 'queued'")
    with op.batch_alter_table("evidence_run") as batch_op:
        batch_op.alter_column("problem", type_=sa.String(length=300), existing_type=sa.String(length=64))


def downgrade() -> None:
    op.execute("DELETE FROM trial_analysis WHERE state IN ('cancelling', 'cancelled')")
    op.execute("UPDATE trial_analysis SET state = 'queued' WHERE state = 'running'")
    with op.batch_alter_table("evidence_run") as batch_op:
        batch_op.alter_column("problem", type_=sa.String(length=64), existing_type=sa.String(length=300))
    with op.batch_alter_table("trial_analysis") as batch_op:
        batch_op.drop_constraint(op.f("uq_trial_analysis_trial_id_slot"), type_="unique")
        batch_op.drop_constraint(op.f("ck_trial_analysis_phase"), type_="check")
        batch_op.drop_constraint(op.f("ck_trial_analysis_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_trial_analysis_state"), OLD_STATES)
        batch_op.drop_column("progress")
        batch_op.drop_column("phase")
        batch_op.drop_column("slot")
    op.create_index(
        "uq_trial_analysis_open", "trial_analysis", ["trial_id"], unique=True, sqlite_where=QUEUED, postgresql_where=QUEUED
    )
