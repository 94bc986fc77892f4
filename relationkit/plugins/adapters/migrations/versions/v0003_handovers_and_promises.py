"""Handover plans, promises, and every tick."""

import sqlalchemy as sa

from relationkit.plugins.adapters.migrations.steps import key, make_table, moment, number, ref, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of handover plans and plan boards."""
    make_table(
        "relationkit_handovers",
        key(),
        ref("child_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        text("plan", nullable=False),
        sa.Index("relationkit_handovers_order", "child_id", "id"),
    )
    make_table(
        "relationkit_promises",
        number("number"),
        ref("id"),
        ref("child_id"),
        ref("worker_id"),
        text("what", nullable=False),
        moment("made_at", nullable=False),
        sa.Column("due_on", sa.Date()),
        text("picture"),
        sa.UniqueConstraint("id", name="relationkit_promises_once"),
        sa.Index("relationkit_promises_child", "child_id", "number"),
    )
    make_table(
        "relationkit_ticks",
        number("number"),
        ref("promise_id"),
        moment("at", nullable=False),
        text("by", nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("promise_id", "at", "by", "is_done", name="relationkit_ticks_once"),
    )
