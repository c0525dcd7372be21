"""Labels: texts that readers judge, items, answers, discussions, experts and consents."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NOTICE, NOTICE_BEFORE = "2026-12.6", "2026-12.5"
SURFACES = "surface IN ('linkedin-post', 'linkedin-comment', 'x-post', 'x-reply')"
CHOICES = "choice IN ('first', 'second', 'same')"

organisation = sa.table("organisation", sa.column("notice_version", sa.String))
staff_notice = sa.table(
    "staff_notice",
    sa.column("version", sa.String), sa.column("addition", sa.Text), sa.column("published_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "label_text",
        sa.Column("id", Key, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("surface", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("activity_id", Key, nullable=True),
        sa.Column("author_id", Key, nullable=True),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("score", Key, nullable=True),
        sa.CheckConstraint("source IN ('project', 'shared', 'imported')", name=op.f("ck_label_text_source")),
        sa.CheckConstraint(SURFACES, name=op.f("ck_label_text_surface")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_label_text_activity_id_activity")),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_label_text_author_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_text")),
        sa.UniqueConstraint("activity_id", name=op.f("uq_label_text_activity_id")),
        sa.UniqueConstraint("key", name=op.f("uq_label_text_key")),
    )
    op.create_index(op.f("ix_label_text_author_id"), "label_text", ["author_id"])
    op.create_table(
        "label_item",
        sa.Column("id", Key, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("first_id", Key, nullable=False),
        sa.Column("second_id", Key, nullable=True),
        sa.Column("priority", sa.Float(), nullable=False),
        sa.Column("created_at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('draft', 'pair')", name=op.f("ck_label_item_kind")),
        sa.ForeignKeyConstraint(["first_id"], ["label_text.id"], name=op.f("fk_label_item_first_id_label_text")),
        sa.ForeignKeyConstraint(["second_id"], ["label_text.id"], name=op.f("fk_label_item_second_id_label_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_item")),
        sa.UniqueConstraint("key", name=op.f("uq_label_item_key")),
    )
    op.create_index(op.f("ix_label_item_first_id"), "label_item", ["first_id"])
    op.create_index(op.f("ix_label_item_second_id"), "label_item", ["second_id"])
    op.create_table(
        "label_reader",
        sa.Column("id", Key, nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("user_id", Key, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_label_reader_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_reader")),
        sa.UniqueConstraint("code", name=op.f("uq_label_reader_code")),
        sa.UniqueConstraint("user_id", name=op.f("uq_label_reader_user_id")),
    )
    op.create_table(
        "label_answer",
        sa.Column("id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("reader_id", Key, nullable=False),
        sa.Column("is_skipped", sa.Boolean(), nullable=False),
        sa.Column("choice", sa.String(length=64), nullable=True),
        sa.Column("marks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("whole", Key, nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(CHOICES, name=op.f("ck_label_answer_choice")),
        sa.ForeignKeyConstraint(["item_id"], ["label_item.id"], name=op.f("fk_label_answer_item_id_label_item")),
        sa.ForeignKeyConstraint(["reader_id"], ["label_reader.id"], name=op.f("fk_label_answer_reader_id_label_reader")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_answer")),
        sa.UniqueConstraint("item_id", "reader_id", name=op.f("uq_label_answer_item_id_reader_id")),
    )
    op.create_index(op.f("ix_label_answer_reader_id"), "label_answer", ["reader_id"])
    op.create_table(
        "label_comment",
        sa.Column("id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["label_item.id"], name=op.f("fk_label_comment_item_id_label_item")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_label_comment_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_comment")),
    )
    op.create_index(op.f("ix_label_comment_item_id"), "label_comment", ["item_id"])
    op.create_index(op.f("ix_label_comment_user_id"), "label_comment", ["user_id"])
    op.create_table(
        "label_settlement",
        sa.Column("item_id", Key, autoincrement=False, nullable=False),
        sa.Column("choice", sa.String(length=64), nullable=True),
        sa.Column("marks", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("whole", Key, nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("reader_id", Key, nullable=False),
        sa.Column("accepted_by_id", Key, nullable=True),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(CHOICES, name=op.f("ck_label_settlement_choice")),
        sa.ForeignKeyConstraint(["item_id"], ["label_item.id"], name=op.f("fk_label_settlement_item_id_label_item")),
        sa.ForeignKeyConstraint(["reader_id"], ["label_reader.id"], name=op.f("fk_label_settlement_reader_id_label_reader")),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["label_reader.id"], name=op.f("fk_label_settlement_accepted_by_id_label_reader")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_label_settlement")),
    )
    op.create_index(op.f("ix_label_settlement_reader_id"), "label_settlement", ["reader_id"])
    op.create_index(op.f("ix_label_settlement_accepted_by_id"), "label_settlement", ["accepted_by_id"])
    op.create_table(
        "label_expert",
        sa.Column("user_id", Key, autoincrement=False, nullable=False),
        sa.Column("named_by", Key, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_label_expert_user_id_user_account")),
        sa.ForeignKeyConstraint(["named_by"], ["user_account.id"], name=op.f("fk_label_expert_named_by_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_label_expert")),
    )
    op.create_table(
        "label_consent",
        sa.Column("user_id", Key, autoincrement=False, nullable=False),
        sa.Column("group", sa.String(length=64), nullable=False),
        sa.Column("given_at", UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_label_consent_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_label_consent")),
    )
    _publish_notice(op.get_bind())


def _publish_notice(connection: sa.Connection) -> None:
    """The notice to staff says what happens to shared items of people who consent, so everybody is asked to read it again. What
    the organisation added to it stays."""
    current = connection.scalar(sa.select(organisation.c.notice_version))
    addition = connection.scalar(sa.select(staff_notice.c.addition).where(staff_notice.c.version == current))
    if addition and current != NOTICE:
        connection.execute(sa.insert(staff_notice).values(version=NOTICE, addition=addition, published_at=datetime.now(UTC)))
    connection.execute(sa.update(organisation).values(notice_version=NOTICE))


def downgrade() -> None:
    current = organisation.c.notice_version == NOTICE
    op.get_bind().execute(sa.update(organisation).where(current).values(notice_version=NOTICE_BEFORE))
    op.get_bind().execute(sa.delete(staff_notice).where(staff_notice.c.version == NOTICE))
    for table in (
        "label_consent", "label_expert", "label_settlement", "label_comment", "label_answer", "label_reader", "label_item",
        "label_text",
    ):  # fmt: skip
        op.drop_table(table)
