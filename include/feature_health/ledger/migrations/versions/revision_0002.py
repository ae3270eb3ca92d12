"""Failing rows that lie beside a revision, and how many of a publication's rows were held back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """From 0001."""
    op.create_table(
        "failing_rows",
        sa.Column("revision_id", sa.Integer, sa.ForeignKey("revisions.id"), primary_key=True),
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("untold", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.add_column("publications", sa.Column("diverted", sa.BigInteger, nullable=False, server_default="0"))
