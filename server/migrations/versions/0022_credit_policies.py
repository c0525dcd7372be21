"""Credit policies that administrators change, and the number of words of shared items."""

import sqlalchemy as sa
from alembic import op

from server.core.database import triggers
from server.core.database.types import Key, UTCDateTime
from server.credit.word_count import count_words

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ITEMS_PER_BATCH = 1_000


def upgrade() -> None:
    op.create_table(
        "credit_policy_decision",
        sa.Column("id", Key, nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", Key, nullable=True),
        sa.Column("decided_by", Key, nullable=False),
        sa.Column("decided_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('announced', 'withdrawn', 'superseded')", name=op.f("ck_credit_policy_decision_decision")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_credit_policy_decision_decided_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["credit_policy.hash"], name=op.f("fk_credit_policy_decision_policy_hash_credit_policy")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_credit_policy_decision_proposed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_policy_decision")),
        sa.UniqueConstraint("policy_hash", "decision", name=op.f("uq_credit_policy_decision_policy_hash_decision")),
    )
    triggers.install(op.get_bind(), ("credit_policy_decision",))
    op.create_table(
        "policy_change",
        sa.Column("id", Key, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("edited_by", Key, nullable=False),
        sa.Column("edited_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", Key, nullable=True),
        sa.Column("proposed_at", UTCDateTime(timezone=True), nullable=True),
        sa.Column("replaces_hash", sa.String(length=64), nullable=True),
        sa.Column("policy_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'proposed', 'announced', 'discarded')", name=op.f("ck_policy_change_state")),
        sa.ForeignKeyConstraint(["edited_by"], ["user_account.id"], name=op.f("fk_policy_change_edited_by_user_account")),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["credit_policy.hash"], name=op.f("fk_policy_change_policy_hash_credit_policy")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["user_account.id"], name=op.f("fk_policy_change_proposed_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_change")),
    )
    op.create_index(
        "uq_policy_change_open",
        "policy_change",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "policy_preview",
        sa.Column("id", Key, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("change_id", Key, nullable=False),
        sa.Column("weeks", Key, nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("accounts", Key, nullable=False),
        sa.Column("accounts_done", Key, nullable=False),
        sa.Column("last_account_id", Key, nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["policy_change.id"], name=op.f("fk_policy_preview_change_id_policy_change")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_preview")),
        sa.UniqueConstraint("change_id", "weeks", name=op.f("uq_policy_preview_change_id_weeks")),
        sa.UniqueConstraint("token", name=op.f("uq_policy_preview_token")),
    )
    op.add_column("activity", sa.Column("words", Key, nullable=True))
    _count_words(op.get_bind())


def _count_words(connection: sa.Connection) -> None:
    activity = sa.table("activity", sa.column("id", Key), sa.column("text", sa.Text), sa.column("words", Key))
    update = sa.update(activity).where(activity.c.id == sa.bindparam("item_id")).values(words=sa.bindparam("word_count"))
    last_id = 0
    while True:
        rows = connection.execute(
            sa.select(activity.c.id, activity.c.text)
            .where(activity.c.id > last_id, activity.c.text.is_not(None))
            .order_by(activity.c.id)
            .limit(ITEMS_PER_BATCH)
        ).all()
        if not rows:
            return
        connection.execute(update, [{"item_id": row.id, "word_count": count_words(row.text)} for row in rows])
        last_id = rows[-1].id


def downgrade() -> None:
    op.drop_column("activity", "words")
    for table in ("policy_preview", "policy_change", "credit_policy_decision"):
        op.drop_table(table)
