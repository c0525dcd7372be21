"""What an item's URL names, which item it repeats, and fingerprints by which parts of a text are recognised."""

import sqlalchemy as sa
from alembic import op

from server.core.database.types import Key

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("address", sa.String(length=100), nullable=True))
    op.add_column("activity", sa.Column("post_address", sa.String(length=100), nullable=True))
    op.add_column("activity", sa.Column("original_id", Key, nullable=True))
    op.add_column("activity", sa.Column("fingerprint_version", Key, nullable=False, server_default="1"))
    op.create_index("ix_activity_address", "activity", ["address"])
    # `db upgrade` computes both again, for the migration does not know the secret key.
    op.execute(sa.text("DELETE FROM text_band"))
    op.execute(sa.text("UPDATE activity SET shingles = NULL"))
    op.drop_index("ix_text_band_hash", "text_band")
    op.create_index("ix_text_band_hash_activity_id", "text_band", ["hash", "activity_id"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM text_band"))
    op.execute(sa.text("UPDATE activity SET shingles = NULL"))
    op.drop_index("ix_text_band_hash_activity_id", "text_band")
    op.create_index("ix_text_band_hash", "text_band", ["hash"])
    op.drop_index("ix_activity_address", "activity")
    for column in ("fingerprint_version", "original_id", "post_address", "address"):
        op.drop_column("activity", column)
