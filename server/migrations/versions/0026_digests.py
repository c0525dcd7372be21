"""The weekly digest by mail, and when each person gets it."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KINDS = "kind IN ('invitation', 'reminder', 'sign-in-link', 'test', 'appeal-opened', 'appeal-answered')"
KINDS_WITH_DIGEST = "kind IN ('invitation', 'reminder', 'sign-in-link', 'test', 'digest', 'appeal-opened', 'appeal-answered')"
#: SQLite copies the table, and would forget that ids are never used again.
KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.add_column("organisation", sa.Column("weekly_digest", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "digest_setting",
        sa.Column("user_id", Key, autoincrement=False, nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("time_zone", sa.String(length=64), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("quiet_weekends", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_digest_setting_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_digest_setting")),
    )
    with op.batch_alter_table("mail_message", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("week", sa.Date(), nullable=True))
        batch_op.drop_constraint(op.f("ck_mail_message_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_mail_message_kind"), KINDS_WITH_DIGEST)
        batch_op.create_unique_constraint(op.f("uq_mail_message_user_id_week"), ["user_id", "week"])


def downgrade() -> None:
    op.execute("DELETE FROM mail_message WHERE kind = 'digest'")
    with op.batch_alter_table("mail_message", table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(op.f("uq_mail_message_user_id_week"), type_="unique")
        batch_op.drop_constraint(op.f("ck_mail_message_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_mail_message_kind"), KINDS)
        batch_op.drop_column("week")
    op.drop_table("digest_setting")
    op.drop_column("organisation", "weekly_digest")
