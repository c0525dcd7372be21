"""Integrations get a table of their own, so that they no longer depend on the admin who created them. Tokens know which refresh
token issued them, so that a refresh whose response was lost can be repeated."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INTEGRATION_SCOPES = ["activities:write"]

family = sa.table(
    "token_family",
    sa.column("id", Key), sa.column("kind", sa.String), sa.column("user_id", Key), sa.column("label", sa.String),
    sa.column("scopes", sa.JSON), sa.column("created_at", UTCDateTime), sa.column("last_used_on", sa.Date),
    sa.column("expires_at", UTCDateTime), sa.column("revoked_at", UTCDateTime),
)  # fmt: skip
token = sa.table(
    "token",
    sa.column("id", Key), sa.column("secret_hash", sa.String), sa.column("family_id", Key), sa.column("use", sa.String),
    sa.column("created_at", UTCDateTime), sa.column("expires_at", UTCDateTime),
)  # fmt: skip
integration = sa.table(
    "integration",
    sa.column("id", Key), sa.column("label", sa.String), sa.column("created_by", Key), sa.column("created_at", UTCDateTime),
    sa.column("revoked_at", UTCDateTime),
)  # fmt: skip
integration_token = sa.table(
    "integration_token",
    sa.column("integration_id", Key), sa.column("secret_hash", sa.String), sa.column("created_by", Key),
    sa.column("created_at", UTCDateTime), sa.column("expires_at", UTCDateTime), sa.column("last_used_on", sa.Date),
    sa.column("revoked_at", UTCDateTime),
)  # fmt: skip
answer = sa.table(
    "keyed_answer",
    sa.column("id", Key), sa.column("user_id", Key), sa.column("integration_id", Key), sa.column("key", sa.String),
    sa.column("body_hmac", sa.String), sa.column("status", Key), sa.column("answer", sa.JSON),
    sa.column("created_at", UTCDateTime),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("token", sa.Column("predecessor_id", Key, nullable=True))
    op.create_index("ix_token_predecessor_id", "token", ["predecessor_id"])
    op.create_table(
        "integration",
        sa.Column("id", Key, nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("created_by", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_integration_created_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration")),
    )
    op.create_table(
        "integration_token",
        sa.Column("id", Key, nullable=False),
        sa.Column("integration_id", Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by", Key, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("replaced_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["integration_id"], ["integration.id"], name=op.f("fk_integration_token_integration_id_integration")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user_account.id"], name=op.f("fk_integration_token_created_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integration_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_integration_token_secret_hash")),
    )
    op.create_index("ix_integration_token_integration_id", "integration_token", ["integration_id"])
    with op.batch_alter_table("keyed_answer") as batch_op:
        batch_op.alter_column("user_id", existing_type=Key, nullable=True)
        batch_op.add_column(sa.Column("integration_id", Key, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_keyed_answer_integration_id_integration"), "integration", ["integration_id"], ["id"]
        )
        batch_op.create_unique_constraint(op.f("uq_keyed_answer_integration_id_key"), ["integration_id", "key"])
        batch_op.create_check_constraint(op.f("ck_keyed_answer_caller"), "(user_id IS NULL) <> (integration_id IS NULL)")
    _move_integrations(op.get_bind())


def _move_integrations(connection: sa.Connection) -> None:
    """Each family of this kind becomes an integration with one token."""
    families = connection.execute(sa.select(family).where(family.c.kind == "integration").order_by(family.c.id)).all()
    by_admin: dict[int, list[int]] = {}
    for row in families:
        result = connection.execute(
            sa.insert(integration).values(
                label=row.label, created_by=row.user_id, created_at=row.created_at, revoked_at=row.revoked_at
            ).returning(integration.c.id)
        )  # fmt: skip
        integration_id = result.scalar_one()
        by_admin.setdefault(row.user_id, []).append(integration_id)
        for old in connection.execute(sa.select(token).where(token.c.family_id == row.id, token.c.use == "access")).all():
            connection.execute(
                sa.insert(integration_token).values(
                    integration_id=integration_id, secret_hash=old.secret_hash, created_by=row.user_id,
                    created_at=old.created_at, expires_at=min(old.expires_at, row.expires_at), last_used_on=row.last_used_on,
                    revoked_at=row.revoked_at,
                )
            )  # fmt: skip
        connection.execute(sa.delete(token).where(token.c.family_id == row.id))
        connection.execute(sa.delete(family).where(family.c.id == row.id))
    _move_answers(connection, by_admin)


def _move_answers(connection: sa.Connection, by_admin: dict[int, list[int]]) -> None:
    """Only imports have ``accepted`` in their response. Which of an admin's integrations sent one is unknown, so each keeps it:
    a repeated request gets the stored response, as before."""
    for user_id, integrations in by_admin.items():
        for row in connection.execute(sa.select(answer).where(answer.c.user_id == user_id)).all():
            if "accepted" not in row.answer:
                continue
            for integration_id in integrations:
                connection.execute(
                    sa.insert(answer).values(
                        integration_id=integration_id, key=row.key, body_hmac=row.body_hmac, status=row.status,
                        answer=row.answer, created_at=row.created_at,
                    )
                )  # fmt: skip
            connection.execute(sa.delete(answer).where(answer.c.id == row.id))


def downgrade() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(integration).order_by(integration.c.id)).all():
        tokens = connection.execute(
            sa.select(integration_token).where(integration_token.c.integration_id == row.id)
        ).all()  # fmt: skip
        for old in tokens:
            # The earlier release has one token per family, so a replaced one gets a family of its own.
            family_id = connection.execute(
                sa.insert(family).values(
                    kind="integration", user_id=row.created_by, label=row.label, scopes=INTEGRATION_SCOPES,
                    created_at=old.created_at, last_used_on=old.last_used_on, expires_at=old.expires_at,
                    revoked_at=old.revoked_at,
                ).returning(family.c.id)
            ).scalar_one()  # fmt: skip
            connection.execute(
                sa.insert(token).values(
                    secret_hash=old.secret_hash, family_id=family_id, use="access", created_at=old.created_at,
                    expires_at=old.expires_at,
                )
            )  # fmt: skip
    # Repeating an import is harmless without its stored response: known records are left unchanged.
    connection.execute(sa.delete(answer).where(answer.c.user_id.is_(None)))
    with op.batch_alter_table("keyed_answer") as batch_op:
        batch_op.drop_constraint(op.f("ck_keyed_answer_caller"), type_="check")
        batch_op.drop_constraint(op.f("uq_keyed_answer_integration_id_key"), type_="unique")
        batch_op.drop_constraint(op.f("fk_keyed_answer_integration_id_integration"), type_="foreignkey")
        batch_op.drop_column("integration_id")
        batch_op.alter_column("user_id", existing_type=Key, nullable=False)
    op.drop_index("ix_integration_token_integration_id", "integration_token")
    op.drop_table("integration_token")
    op.drop_table("integration")
    op.drop_index("ix_token_predecessor_id", "token")
    op.drop_column("token", "predecessor_id")
