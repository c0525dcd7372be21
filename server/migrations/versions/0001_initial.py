"""The first tables, and the triggers that keep some of them append-only."""

import sqlalchemy as sa
from alembic import op

import server.core.database.types
from server.core.database import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("actor_id", server.core.database.types.Key, nullable=True),
        sa.Column("role", sa.String(length=64), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_type", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=100), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "credit_policy",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("version", server.core.database.types.Key, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_credit_policy")),
    )
    op.create_table(
        "job",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("attempts", server.core.database.types.Key, nullable=False),
        sa.Column("run_after", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("lease_until", server.core.database.types.UTCDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(length=100), nullable=True),
        sa.Column("last_error", sa.String(length=100), nullable=True),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("finished_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_job_idempotency_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state_run_after", ["state", "run_after"], unique=False)

    op.create_table(
        "ledger_seal",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("first_entry_id", server.core.database.types.Key, nullable=False),
        sa.Column("last_entry_id", server.core.database.types.Key, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_seal")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("credit_mode", sa.String(length=64), nullable=False),
        sa.Column("overseer", sa.String(length=200), nullable=True),
        sa.Column("team_only", sa.Boolean(), nullable=False),
        sa.Column("notice_version", sa.String(length=64), nullable=False),
        sa.Column("two_person", sa.Boolean(), nullable=False),
        sa.Column("quiet_required", sa.Boolean(), nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.CheckConstraint("credit_mode IN ('bands', 'checks', 'blind')", name=op.f("ck_organisation_credit_mode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "rate_hit",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("hits", server.core.database.types.Key, nullable=False),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_hit")),
    )
    with op.batch_alter_table("rate_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_hit_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "team",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", server.core.database.types.Key, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["team.id"], name=op.f("fk_team_parent_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("team_id", server.core.database.types.Key, nullable=False),
        sa.Column("metric", sa.String(length=64), nullable=False),
        sa.Column("per_week", server.core.database.types.Key, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.CheckConstraint("metric IN ('call', 'lead-followed-up', 'meeting', 'credit')", name=op.f("ck_target_metric")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_target_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("team_id", "metric", "valid_from", name=op.f("uq_target_team_id_metric_valid_from")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("team_id", server.core.database.types.Key, nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('rep', 'manager', 'admin')", name=op.f("ck_user_account_role")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_user_account_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_account_team_id"), ["team_id"], unique=False)

    op.create_table(
        "acknowledgement",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("notice_version", sa.String(length=64), nullable=False),
        sa.Column("at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_acknowledgement_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("user_id", "notice_version", name=op.f("uq_acknowledgement_user_id_notice_version")),
    )
    op.create_table(
        "coach_preference",
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("share_choice", sa.String(length=64), nullable=False),
        sa.Column("rules_off", sa.JSON(), nullable=False),
        sa.Column("changed_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.CheckConstraint("share_choice IN ('ask', 'always', 'never')", name=op.f("ck_coach_preference_share_choice")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_coach_preference_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_coach_preference")),
    )
    op.create_table(
        "credit_account",
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("last_seq", server.core.database.types.Key, nullable=False),
        sa.Column("credited_total", server.core.database.types.Key, nullable=False),
        sa.Column("debited_total", server.core.database.types.Key, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_credit_account_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_credit_account")),
    )
    op.create_table(
        "data_export",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("requested_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("ready_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_data_export_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_export")),
    )
    with op.batch_alter_table("data_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_export_user_id"), ["user_id"], unique=False)

    op.create_table(
        "keyed_answer",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("body_hmac", sa.String(length=64), nullable=False),
        sa.Column("status", server.core.database.types.Key, nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_keyed_answer_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyed_answer")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_keyed_answer_user_id_key")),
    )
    op.create_table(
        "login_link",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("used_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_login_link_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_login_link_secret_hash")),
    )
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_link_user_id"), ["user_id"], unique=False)

    op.create_table(
        "look",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("viewer_id", server.core.database.types.Key, nullable=False),
        sa.Column("subject_id", server.core.database.types.Key, nullable=False),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["user_account.id"], name=op.f("fk_look_subject_id_user_account")),
        sa.ForeignKeyConstraint(["viewer_id"], ["user_account.id"], name=op.f("fk_look_viewer_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("viewer_id", "subject_id", "page", "day", name=op.f("uq_look_viewer_id_subject_id_page_day")),
    )
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "scoring_version",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("parent_hash", sa.String(length=64), nullable=True),
        sa.Column("author_id", server.core.database.types.Key, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name=op.f("fk_scoring_version_author_id_user_account")),
        sa.ForeignKeyConstraint(
            ["parent_hash"], ["scoring_version.hash"], name=op.f("fk_scoring_version_parent_hash_scoring_version")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_scoring_version")),
    )
    op.create_table(
        "token_family",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("revoked_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.Column("revoked_because", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('extension', 'integration')", name=op.f("ck_token_family_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_token_family_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token_family")),
    )
    with op.batch_alter_table("token_family", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_family_user_id"), ["user_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("seen_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("ended_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_web_session_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_web_session_secret_hash")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("team_id", server.core.database.types.Key, nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("count", server.core.database.types.Key, nullable=False),
        sa.Column("value", server.core.database.types.Key, nullable=True),
        sa.Column("occurred_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("recorded_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column("shingles", sa.JSON(), nullable=True),
        sa.Column("score", server.core.database.types.Key, nullable=True),
        sa.Column("band", sa.String(length=64), nullable=True),
        sa.Column("scoring_version", sa.String(length=64), nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "kind IN ('linkedin-post', 'linkedin-comment', 'x-post', 'x-reply', 'linkedin-profile', 'x-profile', 'call', 'lead-followed-up', 'meeting', 'deal')",
            name=op.f("ck_activity_kind"),
        ),
        sa.CheckConstraint("source IN ('extension', 'web', 'crm')", name=op.f("ck_activity_source")),
        sa.CheckConstraint("state IN ('counted', 'held', 'duplicate', 'withdrawn')", name=op.f("ck_activity_state")),
        sa.ForeignKeyConstraint(
            ["scoring_version"], ["scoring_version.hash"], name=op.f("fk_activity_scoring_version_scoring_version")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_activity_team_id_team")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_activity_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("user_id", "source", "external_id", name=op.f("uq_activity_user_id_source_external_id")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index("ix_activity_occurred_at_kind", ["occurred_at", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_text_hash"), ["text_hash"], unique=False)
        batch_op.create_index("ix_activity_user_id_occurred_at", ["user_id", "occurred_at"], unique=False)

    op.create_table(
        "pairing_code",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("session_id", server.core.database.types.Key, nullable=False),
        sa.Column("user_id", server.core.database.types.Key, nullable=False),
        sa.Column("challenge", sa.String(length=64), nullable=False),
        sa.Column("wrong_tries", server.core.database.types.Key, nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("used_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["web_session.id"], name=op.f("fk_pairing_code_session_id_web_session")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_pairing_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_pairing_code_secret_hash")),
    )
    op.create_table(
        "promotion",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("replaces_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", server.core.database.types.Key, nullable=False),
        sa.Column("proposed_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("decided_by", server.core.database.types.Key, nullable=True),
        sa.Column("decided_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'confirmed', 'dropped')", name=op.f("ck_promotion_state")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_promotion_decided_by_user_account")),
        sa.ForeignKeyConstraint(["proposed_by"], ["user_account.id"], name=op.f("fk_promotion_proposed_by_user_account")),
        sa.ForeignKeyConstraint(
            ["replaces_hash"], ["scoring_version.hash"], name=op.f("fk_promotion_replaces_hash_scoring_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["scoring_version.hash"], name=op.f("fk_promotion_version_hash_scoring_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    op.create_table(
        "scoring_alias",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("moved_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("moved_by", server.core.database.types.Key, nullable=True),
        sa.CheckConstraint("name IN ('champion', 'challenger')", name=op.f("ck_scoring_alias_name")),
        sa.ForeignKeyConstraint(["moved_by"], ["user_account.id"], name=op.f("fk_scoring_alias_moved_by_user_account")),
        sa.ForeignKeyConstraint(
            ["version_hash"], ["scoring_version.hash"], name=op.f("fk_scoring_alias_version_hash_scoring_version")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scoring_alias")),
    )
    op.create_table(
        "token",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("family_id", server.core.database.types.Key, nullable=False),
        sa.Column("use", sa.String(length=64), nullable=False),
        sa.Column("created_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("expires_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("used_at", server.core.database.types.UTCDateTime(), nullable=True),
        sa.CheckConstraint("use IN ('access', 'refresh')", name=op.f("ck_token_use")),
        sa.ForeignKeyConstraint(["family_id"], ["token_family.id"], name=op.f("fk_token_family_id_token_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_token_secret_hash")),
    )
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_token_family_id"), ["family_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", server.core.database.types.Key, nullable=False),
        sa.Column("account_id", server.core.database.types.Key, nullable=False),
        sa.Column("seq", server.core.database.types.Key, nullable=False),
        sa.Column("ledger", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("amount", server.core.database.types.Key, nullable=False),
        sa.Column("balance_after", server.core.database.types.Key, nullable=False),
        sa.Column("occurred_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("recorded_at", server.core.database.types.UTCDateTime(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("scoring_version", sa.String(length=64), nullable=True),
        sa.Column("activity_id", server.core.database.types.Key, nullable=True),
        sa.Column("team_id", server.core.database.types.Key, nullable=True),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("reverses_id", server.core.database.types.Key, nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("actor_id", server.core.database.types.Key, nullable=False),
        sa.Column("arithmetic", sa.JSON(), nullable=False),
        sa.CheckConstraint("ledger IN ('effort', 'response', 'sourced', 'tested')", name=op.f("ck_ledger_entry_ledger")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["credit_account.user_id"], name=op.f("fk_ledger_entry_account_id_credit_account")
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_ledger_entry_activity_id_activity")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_ledger_entry_actor_id_user_account")),
        sa.ForeignKeyConstraint(
            ["policy_hash"], ["credit_policy.hash"], name=op.f("fk_ledger_entry_policy_hash_credit_policy")
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id_ledger_entry")),
        sa.ForeignKeyConstraint(
            ["scoring_version"], ["scoring_version.hash"], name=op.f("fk_ledger_entry_scoring_version_scoring_version")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ledger_entry_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_ledger_entry_account_id_key")),
        sa.UniqueConstraint("account_id", "seq", name=op.f("uq_ledger_entry_account_id_seq")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entry_reverses_id")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index("ix_ledger_entry_occurred_at", ["occurred_at", "account_id", "amount"], unique=False)

    op.create_table(
        "text_band",
        sa.Column("activity_id", server.core.database.types.Key, nullable=False),
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_text_band_activity_id_activity")),
        sa.PrimaryKeyConstraint("activity_id", "hash", name=op.f("pk_text_band")),
    )
    with op.batch_alter_table("text_band", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_band_hash"), ["hash"], unique=False)

    triggers.install(op.get_bind(), ("ledger_entry", "ledger_seal", "credit_policy", "scoring_version", "audit_entry"))


def downgrade() -> None:
    with op.batch_alter_table("text_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_band_hash"))

    op.drop_table("text_band")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_occurred_at")
        batch_op.drop_index(batch_op.f("ix_ledger_entry_activity_id"))

    op.drop_table("ledger_entry")
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_family_id"))

    op.drop_table("token")
    op.drop_table("scoring_alias")
    op.drop_table("promotion")
    op.drop_table("pairing_code")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_user_id_occurred_at")
        batch_op.drop_index(batch_op.f("ix_activity_text_hash"))
        batch_op.drop_index("ix_activity_occurred_at_kind")

    op.drop_table("activity")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_user_id"))

    op.drop_table("web_session")
    with op.batch_alter_table("token_family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_token_family_user_id"))

    op.drop_table("token_family")
    op.drop_table("scoring_version")
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_subject_id"))

    op.drop_table("look")
    with op.batch_alter_table("login_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_link_user_id"))

    op.drop_table("login_link")
    op.drop_table("keyed_answer")
    with op.batch_alter_table("data_export", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_export_user_id"))

    op.drop_table("data_export")
    op.drop_table("credit_account")
    op.drop_table("coach_preference")
    op.drop_table("acknowledgement")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_team_id"))

    op.drop_table("user_account")
    op.drop_table("target")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_parent_id"))

    op.drop_table("team")
    with op.batch_alter_table("rate_hit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_hit_expires_at"))

    op.drop_table("rate_hit")
    op.drop_table("organisation")
    op.drop_table("ledger_seal")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_run_after")

    op.drop_table("job")
    op.drop_table("credit_policy")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
