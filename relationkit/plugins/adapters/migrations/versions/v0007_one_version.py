"""One version for all tables; the outbox no longer keeps one of its own."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Let go of the outbox's version: it said 2, in every database that has it."""
    op.drop_table("relationkit_schema")
