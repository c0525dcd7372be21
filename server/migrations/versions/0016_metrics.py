"""Metrics as data, and a table of records of other systems, filled with what the CRM sent so far."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SOCIAL_KINDS = "'linkedin-post', 'linkedin-comment', 'x-post', 'x-reply', 'linkedin-profile', 'x-profile'"
SALES_KINDS = ("call", "lead-followed-up", "meeting", "deal")
ALL_KINDS = f"{SOCIAL_KINDS}, 'call', 'lead-followed-up', 'meeting', 'deal'"
#: Those that earlier releases allow a target for.
OLD_METRICS = ("call", "lead-followed-up", "meeting", "credit")
DELETED = (
    "(deleted_at IS NULL AND user_id IS NOT NULL AND kind IS NOT NULL AND occurred_at IS NOT NULL) OR "
    "(deleted_at IS NOT NULL AND user_id IS NULL AND kind IS NULL AND occurred_at IS NULL)"
)
#: Key, singular, plural, timing, unit, record_kind, target_kind, converts_to, growth_question, decline_question, on_team_page.
METRICS = (
    (
        "call", "call", "calls", "leading", "count", "call", "workdays", None,
        "Which calls were worth the extra time, and which would you leave out?",
        "Where did the time go that used to go into calls, and was it well spent?", True,
    ),
    (
        "lead-followed-up", "lead followed up", "leads followed up", "leading", "count", "lead-followed-up", "workdays",
        "meeting", "What made it possible to follow up more, and will it last?",
        "What gets in the way of following up, and what could be taken off your desk?", True,
    ),
    (
        "meeting", "meeting booked", "meetings booked", "leading", "count", "meeting", "workdays", None,
        "What did these buyers say yes to?",
        "Where do conversations stop before a meeting, and what would help there?", True,
    ),
    (
        "meeting-held", "meeting held", "meetings held", "leading", "count", "meeting-held", "workdays", None,
        "What did you hear in these meetings that you did not expect?",
        "Which meetings did not take place, and how could they still?", False,
    ),
    (
        "opportunity", "opportunity", "opportunities", "lagging", "count", "opportunity", "whole", None,
        "What do these buyers have in common?",
        "Which conversations are close to becoming an opportunity, and what is missing?", False,
    ),
    (
        "deal", "deal won", "deals won", "lagging", "count", "deal", "whole", None,
        "What happened early in these deals that you would repeat?",
        "Which open deals are waiting for something that I can help with?", False,
    ),
    (
        "deal-value", "value of deals won", "value of deals won", "lagging", "money", "deal", "whole", None, None, None, False,
    ),
    ("credit", "social credit", "social credit", "leading", "count", None, "workdays", None, None, None, True),
)  # fmt: skip
CONTENT = ("user_id", "kind", "count", "value", "occurred_at", "recorded_at")
activity = sa.table(
    "activity", sa.column("id"), sa.column("source"), sa.column("external_id"), sa.column("state"), *map(sa.column, CONTENT)
)  # fmt: skip
record = sa.table(
    "record", sa.column("source"), sa.column("source_id"), sa.column("changed_at"), sa.column("deleted_at"),
    *map(sa.column, CONTENT),
)  # fmt: skip
target = sa.table("target", sa.column("metric"))
COLUMNS = (
    "key", "singular", "plural", "timing", "unit", "record_kind", "target_kind", "converts_to", "growth_question",
    "decline_question", "on_team_page",
)  # fmt: skip


def upgrade() -> None:
    metric = op.create_table(
        "metric",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("singular", sa.String(length=64), nullable=False),
        sa.Column("plural", sa.String(length=64), nullable=False),
        sa.Column("timing", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("record_kind", sa.String(length=64), nullable=True),
        sa.Column("sums", sa.Boolean(), nullable=False),
        sa.Column("target_kind", sa.String(length=64), nullable=False),
        sa.Column("converts_to", sa.String(length=64), nullable=True),
        sa.Column("growth_question", sa.String(length=200), nullable=True),
        sa.Column("decline_question", sa.String(length=200), nullable=True),
        sa.Column("on_team_page", sa.Boolean(), nullable=False),
        sa.Column("position", Key, nullable=False),
        sa.Column("archived_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("timing IN ('leading', 'lagging')", name=op.f("ck_metric_timing")),
        sa.CheckConstraint("unit IN ('count', 'money')", name=op.f("ck_metric_unit")),
        sa.CheckConstraint("target_kind IN ('none', 'workdays', 'whole')", name=op.f("ck_metric_target_kind")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_metric")),
    )
    rows = [dict(zip(COLUMNS, row, strict=True)) | {"sums": True, "position": at} for at, row in enumerate(METRICS, start=1)]
    op.bulk_insert(metric, rows)
    op.create_table(
        "record",
        sa.Column("id", Key, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.String(length=200), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("count", Key, nullable=False),
        sa.Column("value", Key, nullable=True),
        sa.Column("occurred_at", UTCDateTime(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("booked_for", UTCDateTime(), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("version", UTCDateTime(), nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(DELETED, name=op.f("ck_record_deleted")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_record_user_id_user_account")),
        sa.ForeignKeyConstraint(["kind"], ["metric.key"], name=op.f("fk_record_kind_metric")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_record_source_source_id")),
    )
    op.create_index("ix_record_numbers", "record", ["user_id", "occurred_at", "kind", "count", "value"])
    op.create_index("ix_record_kind_occurred_at", "record", ["kind", "occurred_at"])
    op.create_index("ix_record_changed_at", "record", ["changed_at"])
    # A record id was unique per person; of the same one for two people, the first that arrived keeps it.
    earlier = activity.alias()
    is_repeated = sa.exists().where(
        earlier.c.source == activity.c.source, earlier.c.external_id == activity.c.external_id, earlier.c.id < activity.c.id
    )
    source_id = activity.c.external_id.concat(
        sa.case((is_repeated, sa.literal("#").concat(sa.cast(activity.c.id, sa.String))), else_="")
    )
    content = [activity.c[name] for name in CONTENT]
    op.execute(
        record.insert().from_select(
            ["source", "source_id", "changed_at", *CONTENT],
            sa.select(activity.c.source, source_id, activity.c.recorded_at, *content).where(activity.c.kind.in_(SALES_KINDS)),
        )
    )
    op.execute(activity.delete().where(activity.c.kind.in_(SALES_KINDS)))
    with op.batch_alter_table("activity") as batch_op:
        batch_op.drop_constraint(op.f("ck_activity_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_activity_kind"), f"kind IN ({SOCIAL_KINDS})")
        batch_op.drop_constraint(op.f("ck_activity_source"), type_="check")
        batch_op.create_check_constraint(op.f("ck_activity_source"), "source IN ('extension', 'web')")
        batch_op.drop_column("count")
        batch_op.drop_column("value")
    with op.batch_alter_table("target") as batch_op:
        batch_op.drop_constraint(op.f("ck_target_metric"), type_="check")
        batch_op.create_foreign_key(op.f("fk_target_metric_metric"), "metric", ["metric"], ["key"])
    op.add_column("organisation", sa.Column("currency", sa.String(length=3), nullable=False, server_default="EUR"))
    op.add_column("organisation", sa.Column("keep_subjects", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_column("keep_subjects")
        batch_op.drop_column("currency")
    # The earlier release knows neither other metrics nor their targets.
    op.execute(target.delete().where(target.c.metric.not_in(OLD_METRICS)))
    with op.batch_alter_table("target") as batch_op:
        batch_op.drop_constraint(op.f("fk_target_metric_metric"), type_="foreignkey")
        batch_op.create_check_constraint(
            op.f("ck_target_metric"), "metric IN ('call', 'lead-followed-up', 'meeting', 'credit')"
        )
    with op.batch_alter_table("activity") as batch_op:
        batch_op.add_column(sa.Column("count", Key, nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("value", Key, nullable=True))
        batch_op.drop_constraint(op.f("ck_activity_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_activity_kind"), f"kind IN ({ALL_KINDS})")
        batch_op.drop_constraint(op.f("ck_activity_source"), type_="check")
        batch_op.create_check_constraint(op.f("ck_activity_source"), "source IN ('extension', 'web', 'crm')")
    with op.batch_alter_table("activity") as batch_op:
        batch_op.alter_column("count", existing_type=Key, server_default=None)
    external_id = sa.case(
        (record.c.source == "crm", record.c.source_id), else_=record.c.source.concat(":").concat(record.c.source_id)
    )
    content = [record.c[name] for name in CONTENT]
    op.execute(
        activity.insert().from_select(
            ["source", "state", "external_id", *CONTENT],
            sa.select(sa.literal("crm"), sa.literal("counted"), external_id, *content).where(
                record.c.deleted_at.is_(None), record.c.kind.in_(SALES_KINDS)
            ),
        )
    )
    op.drop_table("record")
    op.drop_table("metric")
