"""Cards of workers and pages of children, every version of them."""

import sqlalchemy as sa

from relationkit.plugins.adapters.migrations.steps import key, make_table, moment, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables of profiles."""
    make_table("relationkit_profile_invitations", key(), text("document", nullable=False))
    make_table(
        "relationkit_profiles",
        key("worker_id"),
        key("language"),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        moment("saved_at", nullable=False),
        text("document", nullable=False),
    )
    make_table(
        "relationkit_about_me",
        key("child_id"),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        text("document", nullable=False),
    )
