"""What came of shared items: append-only ledgers beside the one of effort, and the links by which other systems name an item."""

import sqlalchemy as sa
from alembic import op

from server.core.database import triggers
from server.core.database.types import Key, UTCDateTime
from server.core.post_links import canonical_post_link

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

activity = sa.table("activity", sa.column("id", Key), sa.column("url", sa.String), sa.column("post_link", sa.String))


def upgrade() -> None:
    op.add_column("record", sa.Column("social_source", sa.String(length=2000), nullable=True))
    op.create_index(
        "ix_record_social_source",
        "record",
        ["user_id"],
        sqlite_where=sa.text("social_source IS NOT NULL"),
        postgresql_where=sa.text("social_source IS NOT NULL"),
    )
    op.add_column("activity", sa.Column("post_link", sa.String(length=2000), nullable=True))
    _fill_post_links(op.get_bind())
    op.create_table(
        "outcome",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("activity_id", Key, nullable=False),
        sa.Column("ledger", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=64), nullable=True),
        sa.Column("origin", sa.String(length=64), nullable=False),
        sa.Column("record_id", Key, nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("replaces_id", Key, nullable=True),
        sa.Column("actor_id", Key, nullable=False),
        sa.CheckConstraint("ledger IN ('response', 'sourced')", name=op.f("ck_outcome_ledger")),
        sa.CheckConstraint(
            "kind IN ('reply', 'lead', 'meeting', 'opportunity', 'deal', 'other')", name=op.f("ck_outcome_kind")
        ),
        sa.CheckConstraint("grade IN ('tracked-link', 'buyer', 'crm', 'judgement')", name=op.f("ck_outcome_grade")),
        sa.CheckConstraint("origin IN ('rep', 'crm')", name=op.f("ck_outcome_origin")),
        sa.CheckConstraint(
            "(ledger = 'response' AND kind = 'reply') OR (ledger = 'sourced' AND kind <> 'reply')",
            name=op.f("ck_outcome_of_kind"),
        ),
        sa.CheckConstraint("(ledger = 'response') = (grade IS NULL)", name=op.f("ck_outcome_graded")),
        sa.CheckConstraint("record_id IS NULL OR ledger = 'sourced'", name=op.f("ck_outcome_linked")),
        sa.CheckConstraint("origin = 'rep' OR record_id IS NOT NULL", name=op.f("ck_outcome_named_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_outcome_user_id_user_account")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_outcome_activity_id_activity")),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_outcome_record_id_record")),
        sa.ForeignKeyConstraint(["replaces_id"], ["outcome.id"], name=op.f("fk_outcome_replaces_id_outcome")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_outcome_actor_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_outcome_user_id_key")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_outcome_replaces_id")),
    )
    op.create_index("ix_outcome_user_id_occurred_on", "outcome", ["user_id", "occurred_on"])
    op.create_index("ix_outcome_activity_id", "outcome", ["activity_id"])
    op.create_table(
        "outcome_event",
        sa.Column("id", Key, nullable=False),
        sa.Column("outcome_id", Key, nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.CheckConstraint("event IN ('approved', 'declined', 'withdrawn')", name=op.f("ck_outcome_event_event")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_event_outcome_id_outcome")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_outcome_event_actor_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_event")),
        sa.UniqueConstraint("outcome_id", "event", name=op.f("uq_outcome_event_outcome_id_event")),
    )
    op.create_table(
        "outcome_text",
        sa.Column("outcome_id", Key, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_text_outcome_id_outcome")),
        sa.PrimaryKeyConstraint("outcome_id", name=op.f("pk_outcome_text")),
    )
    op.create_table(
        "outcome_record",
        sa.Column("record_id", Key, nullable=False),
        sa.Column("outcome_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_outcome_record_record_id_record")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_record_outcome_id_outcome")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_outcome_record")),
        sa.UniqueConstraint("outcome_id", name=op.f("uq_outcome_record_outcome_id")),
    )
    triggers.install(op.get_bind(), ("outcome", "outcome_event"))


def _fill_post_links(connection: sa.Connection) -> None:
    rows = connection.execute(sa.select(activity.c.id, activity.c.url).where(activity.c.url.is_not(None))).all()
    links = [{"row": row.id, "link": link} for row in rows if (link := canonical_post_link(row.url))]
    if links:
        update = sa.update(activity).where(activity.c.id == sa.bindparam("row")).values(post_link=sa.bindparam("link"))
        connection.execute(update, links)


def downgrade() -> None:
    for table in ("outcome_record", "outcome_text", "outcome_event", "outcome"):
        op.drop_table(table)
    op.drop_column("activity", "post_link")
    op.drop_index("ix_record_social_source", "record")
    op.drop_column("record", "social_source")
