"""Randomised trials: drafts, locked plans, assignments, events and analyses."""

import sqlalchemy as sa
from alembic import op

from server.core.database import triggers
from server.core.database.types import Key, UTCDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

RUN_STATES = "('queued', 'done', 'failed')"


def upgrade() -> None:
    op.create_table(
        "trial_draft",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("power", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("power_state", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("revision", Key, nullable=False),
        sa.Column("edited_by", Key, nullable=False),
        sa.Column("edited_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", Key, nullable=True),
        sa.Column("proposed_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'proposed', 'locked', 'discarded')", name=op.f("ck_trial_draft_state")),
        sa.CheckConstraint(f"power_state IN {RUN_STATES}", name=op.f("ck_trial_draft_power_state")),
        sa.ForeignKeyConstraint(["edited_by"], ["user_account.id"], name=op.f("fk_trial_draft_edited_by_user_account")),
        sa.ForeignKeyConstraint(["proposed_by"], ["user_account.id"], name=op.f("fk_trial_draft_proposed_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_draft")),
        sa.UniqueConstraint("token", name=op.f("uq_trial_draft_token")),
    )
    op.create_index(
        "uq_trial_draft_open",
        "trial_draft",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "trial",
        sa.Column("id", Key, nullable=False),
        sa.Column("draft_id", Key, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", Key, nullable=False),
        sa.Column("locked_by", Key, nullable=False),
        sa.Column("locked_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["trial_draft.id"], name=op.f("fk_trial_draft_id_trial_draft")),
        sa.ForeignKeyConstraint(["locked_by"], ["user_account.id"], name=op.f("fk_trial_locked_by_user_account")),
        sa.ForeignKeyConstraint(["proposed_by"], ["user_account.id"], name=op.f("fk_trial_proposed_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_trial_draft_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_trial_sha256")),
    )
    op.create_table(
        "trial_assignment",
        sa.Column("id", Key, nullable=False),
        sa.Column("trial_id", Key, nullable=False),
        sa.Column("unit_id", Key, nullable=False),
        sa.Column("wave", Key, nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_assignment_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_assignment")),
        sa.UniqueConstraint("trial_id", "unit_id", name=op.f("uq_trial_assignment_trial_id_unit_id")),
    )
    op.create_table(
        "trial_event",
        sa.Column("id", Key, nullable=False),
        sa.Column("trial_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("by", Key, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('drawn', 'cancelled')", name=op.f("ck_trial_event_kind")),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"], name=op.f("fk_trial_event_by_user_account")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_event_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_event")),
        sa.UniqueConstraint("trial_id", "kind", name=op.f("uq_trial_event_trial_id_kind")),
    )
    op.create_table(
        "trial_analysis",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("trial_id", Key, nullable=False),
        sa.Column("weeks", Key, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("data_sha256", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("started_by", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN {RUN_STATES}", name=op.f("ck_trial_analysis_state")),
        sa.ForeignKeyConstraint(["started_by"], ["user_account.id"], name=op.f("fk_trial_analysis_started_by_user_account")),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_analysis_trial_id_trial")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_analysis")),
        sa.UniqueConstraint("token", name=op.f("uq_trial_analysis_token")),
    )
    op.create_index(
        "uq_trial_analysis_open",
        "trial_analysis",
        ["trial_id"],
        unique=True,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    triggers.install(op.get_bind(), ("trial", "trial_assignment", "trial_event"))


def downgrade() -> None:
    op.drop_table("trial_analysis")
    op.drop_table("trial_event")
    op.drop_table("trial_assignment")
    op.drop_table("trial")
    op.drop_table("trial_draft")
