"""Provisioning: people and groups of the identity provider, what groups give, the scope of integrations, labels of sessions."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key, UTCDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLES = "role IN ('rep', 'manager', 'admin')"


def upgrade() -> None:
    op.create_table(
        "provisioned_user",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("user_name", sa.String(length=254), nullable=False),
        sa.Column("user_name_key", sa.String(length=254), nullable=False),
        sa.Column("external_id", sa.String(length=254), nullable=True),
        sa.Column("given_name", sa.String(length=200), nullable=True),
        sa.Column("family_name", sa.String(length=200), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_provisioned_user_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_provisioned_user")),
        sa.UniqueConstraint("user_name_key", name=op.f("uq_provisioned_user_user_name_key")),
    )
    op.create_index("ix_provisioned_user_external_id", "provisioned_user", ["external_id"])
    op.create_table(
        "provider_group",
        sa.Column("id", Key, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.CheckConstraint("source IN ('scim', 'sign-in')", name=op.f("ck_provider_group_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_group")),
    )
    op.create_index("ix_provider_group_name", "provider_group", ["name"])
    op.create_index("ix_provider_group_external_id", "provider_group", ["external_id"])
    op.create_table(
        "provider_group_member",
        sa.Column("group_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["provider_group.id"], name=op.f("fk_provider_group_member_group_id_provider_group")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_provider_group_member_user_id_user_account")),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_provider_group_member")),
    )
    op.create_index("ix_provider_group_member_user_id", "provider_group_member", ["user_id"])
    op.create_table(
        "group_rule",
        sa.Column("id", Key, nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("team_id", Key, nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_group_rule_role")),
        sa.CheckConstraint("role IS NOT NULL OR team_id IS NOT NULL", name=op.f("ck_group_rule_gives")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_group_rule_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_rule")),
        sa.UniqueConstraint("group_name", name=op.f("uq_group_rule_group_name")),
    )
    op.create_table(
        "group_grant",
        sa.Column("user_id", Key, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("team_id", Key, nullable=True),
        sa.CheckConstraint(ROLES, name=op.f("ck_group_grant_role")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_group_grant_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_group_grant_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_group_grant")),
    )
    op.add_column("web_session", sa.Column("label", sa.String(length=100), nullable=True))
    with op.batch_alter_table("integration") as batch_op:
        batch_op.add_column(sa.Column("scope", sa.String(length=64), nullable=False, server_default="activities:write"))
        batch_op.create_check_constraint(op.f("ck_integration_scope"), "scope IN ('activities:write', 'scim')")


def downgrade() -> None:
    # The earlier release would let an identity provider's token report activities.
    op.execute("DELETE FROM integration_token WHERE integration_id IN (SELECT id FROM integration WHERE scope = 'scim')")
    op.execute("UPDATE integration SET revoked_at = created_at WHERE scope = 'scim' AND revoked_at IS NULL")
    with op.batch_alter_table("integration") as batch_op:
        batch_op.drop_constraint(op.f("ck_integration_scope"), type_="check")
        batch_op.drop_column("scope")
    op.drop_column("web_session", "label")
    op.drop_table("group_grant")
    op.drop_table("group_rule")
    op.drop_table("provider_group_member")
    op.drop_table("provider_group")
    op.drop_table("provisioned_user")
