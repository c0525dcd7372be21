"""Decisions about credit, appeals, and who answers them."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database import triggers
from server.core.database.types import Key, UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATES_BEFORE = "state IN ('counted', 'held', 'duplicate', 'withdrawn')"
STATES = "state IN ('counted', 'held', 'duplicate', 'refused', 'withdrawn')"
MAIL_BEFORE = "kind IN ('invitation', 'reminder', 'sign-in-link', 'test')"
MAIL = "kind IN ('invitation', 'reminder', 'sign-in-link', 'test', 'appeal-opened', 'appeal-answered')"
NOTICE, NOTICE_BEFORE = "2026-12.3", "2026-12.2"
APPEND_ONLY = ("credit_decision", "appeal", "appeal_closing")

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "credit_decision",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("activity_id", Key, nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("reversal_id", Key, nullable=True),
        sa.Column("entry_id", Key, nullable=True),
        sa.CheckConstraint("kind IN ('counted', 'corrected', 'reversed', 'refused')", name=op.f("ck_credit_decision_kind")),
        sa.CheckConstraint(
            "(kind = 'counted' AND reversal_id IS NULL AND entry_id IS NOT NULL) "
            "OR (kind = 'corrected' AND reversal_id IS NOT NULL AND entry_id IS NOT NULL) "
            "OR (kind = 'reversed' AND reversal_id IS NOT NULL AND entry_id IS NULL) "
            "OR (kind = 'refused' AND reversal_id IS NULL AND entry_id IS NULL)",
            name=op.f("ck_credit_decision_entries"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_credit_decision_user_id_user_account")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_credit_decision_activity_id_activity")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_credit_decision_actor_id_user_account")),
        sa.ForeignKeyConstraint(["reversal_id"], ["ledger_entry.id"], name=op.f("fk_credit_decision_reversal_id_ledger_entry")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_credit_decision_entry_id_ledger_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_decision")),
        sa.UniqueConstraint("activity_id", "number", name=op.f("uq_credit_decision_activity_id_number")),
        sa.UniqueConstraint("reversal_id", name=op.f("uq_credit_decision_reversal_id")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_credit_decision_entry_id")),
    )
    op.create_index("ix_credit_decision_user_id", "credit_decision", ["user_id"])
    op.create_table(
        "decision_reason",
        sa.Column("decision_id", Key, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["credit_decision.id"], name=op.f("fk_decision_reason_decision_id_credit_decision")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_reason")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("activity_id", Key, nullable=False),
        sa.Column("entry_id", Key, nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("number", Key, nullable=False),
        sa.Column("decisions_before", Key, nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('credit', 'explanation')", name=op.f("ck_appeal_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_appeal_user_id_user_account")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_appeal_activity_id_activity")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_appeal_entry_id_ledger_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("activity_id", "kind", "number", name=op.f("uq_appeal_activity_id_kind_number")),
    )
    op.create_index("ix_appeal_user_id", "appeal", ["user_id"])
    op.create_table(
        "appeal_closing",
        sa.Column("appeal_id", Key, nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("actor_id", Key, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("decision_id", Key, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('withdrawn', 'stands', 'reversed', 'new-entry', 'explained')", name=op.f("ck_appeal_closing_outcome")
        ),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_closing_appeal_id_appeal")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_appeal_closing_actor_id_user_account")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["credit_decision.id"], name=op.f("fk_appeal_closing_decision_id_credit_decision")
        ),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal_closing")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_closing_decision_id")),
    )
    op.create_table(
        "appeal_text",
        sa.Column("appeal_id", Key, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_text_appeal_id_appeal")),
        sa.PrimaryKeyConstraint("appeal_id", name=op.f("pk_appeal_text")),
    )
    triggers.install(op.get_bind(), APPEND_ONLY)
    with op.batch_alter_table("activity") as batch_op:
        batch_op.drop_constraint(op.f("ck_activity_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_activity_state"), STATES)
    _allow_mail(MAIL)
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.add_column(sa.Column("overseer_id", Key, nullable=True))
        batch_op.add_column(sa.Column("answer_days", Key, nullable=False, server_default="10"))
        batch_op.create_foreign_key(op.f("fk_organisation_overseer_id_user_account"), "user_account", ["overseer_id"], ["id"])
    _publish_notice(op.get_bind())


def _allow_mail(kinds: str) -> None:
    with op.batch_alter_table("mail_message", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_mail_message_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_mail_message_kind"), kinds)


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says what is kept about appeals and who sees items on hold, so everybody is asked to read it again.
    What the organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    current = organisation.c.notice_version == NOTICE
    op.get_bind().execute(sa.update(organisation).where(current).values(notice_version=NOTICE_BEFORE))
    op.get_bind().execute(sa.delete(staff_notice).where(staff_notice.c.version == NOTICE))
    with op.batch_alter_table("organisation") as batch_op:
        batch_op.drop_constraint(op.f("fk_organisation_overseer_id_user_account"), type_="foreignkey")
        for column in ("answer_days", "overseer_id"):
            batch_op.drop_column(column)
    op.execute("DELETE FROM mail_message WHERE kind IN ('appeal-opened', 'appeal-answered')")
    _allow_mail(MAIL_BEFORE)
    op.execute("UPDATE activity SET state = 'duplicate' WHERE state = 'refused'")
    with op.batch_alter_table("activity") as batch_op:
        batch_op.drop_constraint(op.f("ck_activity_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_activity_state"), STATES_BEFORE)
    for table in ("appeal_text", "appeal_closing", "appeal", "decision_reason", "credit_decision"):
        op.drop_table(table)
