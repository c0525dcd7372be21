"""Jobs run on procrastinate (PostgreSQL) or on the server's one embedded worker (SQLite): leases are no longer needed."""

import sqlalchemy as sa
from alembic import op

import server.core.database.types
from server.jobs import procrastinate_schema

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _requeue_running_jobs()
    with op.batch_alter_table("job") as batch_op:
        batch_op.drop_column("lease_until")
        batch_op.drop_column("lease_owner")
    if op.get_bind().dialect.name == "postgresql":
        procrastinate_schema.install(op.get_bind())
        op.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('repute', 'repute.run_job', 0, NULL, NULL, "
            "jsonb_build_object('job_id', id), run_after)]::procrastinate_job_to_defer_v1[]) "
            "FROM job WHERE state = 'queued' ORDER BY id"
        )


def downgrade() -> None:
    # The rows of ``job`` are all that the former worker needs.
    if op.get_bind().dialect.name == "postgresql":
        procrastinate_schema.remove(op.get_bind())
    _requeue_running_jobs()
    with op.batch_alter_table("job") as batch_op:
        batch_op.add_column(sa.Column("lease_until", server.core.database.types.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("lease_owner", sa.String(length=100), nullable=True))


def _requeue_running_jobs() -> None:
    """A running job's attempt was counted when it began, and nothing of it was committed."""
    op.execute("UPDATE job SET state = 'queued' WHERE state = 'running'")
