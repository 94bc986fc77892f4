"""What has changed since the last pass, and when each child is to be looked at next."""

import sqlalchemy as sa

from relationkit.plugins.adapters.migrations.steps import add_index, key, make_table, moment, number, ref, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables of changes and looks; the triggers that write to them come with the first pass."""
    make_table(
        "relationkit_changes",
        number("id", sa.Identity()),
        ref("child_id", nullable=True),
        sa.Index("relationkit_changes_child", "child_id"),
        sqlite_autoincrement=True,
    )
    make_table(
        "relationkit_looks",
        key("child_id"),
        key("clock_id"),
        moment("look_at"),
        moment("due_at"),
        sa.Index("relationkit_looks_next", "look_at"),
        sa.Index("relationkit_looks_due", "due_at"),
    )
    make_table(
        "relationkit_passes",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        text("revision", nullable=False),
        text("rules", nullable=False),
        moment("kept_at", nullable=False),
        moment("all_looked_at", nullable=False),
    )
    add_index("relationkit_outbox_state", "relationkit_outbox", ["state"])
