"""Training runs, and what was measured of their texts; counts of what a challenger would say."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BANDS = "('needs-work', 'fair', 'good', 'strong')"


def upgrade() -> None:
    op.create_table(
        "training_run",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("phase", sa.String(length=64), nullable=False),
        sa.Column("slot", Key, nullable=True),
        sa.Column("step", Key, nullable=False),
        sa.Column("texts", Key, nullable=False),
        sa.Column("texts_done", Key, nullable=False),
        sa.Column("fitted", Key, nullable=False),
        sa.Column("base_hash", sa.String(length=64), nullable=False),
        sa.Column("labels_hash", sa.String(length=64), nullable=True),
        sa.Column("ratings", Key, nullable=False),
        sa.Column("preferences", Key, nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("correction", sa.JSON(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.Column("version_hash", sa.String(length=64), nullable=True),
        sa.Column("started_by", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'cancelling', 'cancelled', 'done', 'failed')", name=op.f("ck_training_run_state")
        ),
        sa.CheckConstraint("phase IN ('measuring', 'fitting', 'checking')", name=op.f("ck_training_run_phase")),
        sa.CheckConstraint("result IN ('passed', 'refused', 'overridden', 'no-gain')", name=op.f("ck_training_run_result")),
        sa.ForeignKeyConstraint(
            ["base_hash"], ["scoring_version.hash"], name=op.f("fk_training_run_base_hash_scoring_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["scoring_version.hash"], name=op.f("fk_training_run_version_hash_scoring_version")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["user_account.id"], name=op.f("fk_training_run_started_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
        sa.UniqueConstraint("token", name=op.f("uq_training_run_token")),
        sa.UniqueConstraint("slot", name=op.f("uq_training_run_slot")),
    )
    op.create_table(
        "training_text",
        sa.Column("id", Key, nullable=False),
        sa.Column("run_id", Key, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("measured", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.id"], name=op.f("fk_training_text_run_id_training_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_text")),
        sa.UniqueConstraint("run_id", "key", name=op.f("uq_training_text_run_id_key")),
    )
    op.create_table(
        "shadow_count",
        sa.Column("id", Key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("surface", sa.String(length=64), nullable=False),
        sa.Column("champion_hash", sa.String(length=64), nullable=False),
        sa.Column("challenger_hash", sa.String(length=64), nullable=False),
        sa.Column("champion_band", sa.String(length=64), nullable=False),
        sa.Column("challenger_band", sa.String(length=64), nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("difference", Key, nullable=False),
        sa.Column("difference_squared", Key, nullable=False),
        sa.CheckConstraint("source IN ('draft', 'share')", name=op.f("ck_shadow_count_source")),
        sa.CheckConstraint(f"champion_band IN {BANDS}", name=op.f("ck_shadow_count_champion_band")),
        sa.CheckConstraint(f"challenger_band IN {BANDS}", name=op.f("ck_shadow_count_challenger_band")),
        sa.ForeignKeyConstraint(
            ["champion_hash"], ["scoring_version.hash"], name=op.f("fk_shadow_count_champion_hash_scoring_version")
        ),
        sa.ForeignKeyConstraint(
            ["challenger_hash"], ["scoring_version.hash"], name=op.f("fk_shadow_count_challenger_hash_scoring_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_count")),
        sa.UniqueConstraint(
            "day",
            "source",
            "surface",
            "champion_hash",
            "challenger_hash",
            "champion_band",
            "challenger_band",
            name="uq_shadow_count",
        ),
    )


def downgrade() -> None:
    op.drop_table("shadow_count")
    op.drop_table("training_text")
    op.drop_table("training_run")
