"""Records of every kind, and the outbox: the first layout."""

import sqlalchemy as sa

from relationkit.plugins.adapters.migrations.steps import key, make_table, moment, ref, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables of the records, of the steps that were marked, and of the messages about them."""
    make_table(
        "relationkit_children",
        key(),
        text("chosen_name"),
        text("pronouns"),
        sa.Column("born_on", sa.Date()),
        text("team"),
        text("language", nullable=False),
    )
    make_table(
        "relationkit_workers",
        key(),
        text("name", nullable=False),
        text("role", nullable=False),
        text("team"),
        ref("manager_id", nullable=True),
        text("registration"),
    )
    make_table(
        "relationkit_assignments",
        key(),
        ref("child_id"),
        ref("worker_id"),
        text("role", nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        text("reason"),
        text("team"),
        ref("cover_for", nullable=True),
        sa.Index("relationkit_assignments_order", "child_id", "started_on", "id"),
    )
    make_table(
        "relationkit_messages",
        key(),
        ref("child_id"),
        moment("at", nullable=False),
        text("direction", nullable=False),
        text("channel", nullable=False),
        ref("worker_id", nullable=True),
        text("kind", nullable=False),
        text("thread"),
        sa.Column("needs_reply", sa.Boolean(), nullable=False),
        ref("no_reply_by", nullable=True),
        text("no_reply_why"),
        sa.Index("relationkit_messages_order", "child_id", "at", "id"),
    )
    make_table(
        "relationkit_sessions",
        key(),
        ref("child_id"),
        ref("worker_id"),
        text("kind", nullable=False),
        moment("starts_at", nullable=False),
        moment("ends_at", nullable=False),
        text("status", nullable=False),
        text("place"),
        sa.Column("seen", sa.Boolean()),
        sa.Column("seen_alone", sa.Boolean()),
        moment("changed_at"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Index("relationkit_sessions_order", "child_id", "starts_at", "id"),
    )
    make_table(
        "relationkit_absences",
        key("worker_id"),
        moment("starts_at", nullable=False, primary_key=True),
        moment("ends_at"),
        ref("cover_id", nullable=True),
        sa.Column("tell_child", sa.Boolean(), nullable=False),
    )
    make_table(
        "relationkit_placements",
        key(),
        ref("child_id"),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        text("regime", nullable=False),
        sa.Index("relationkit_placements_order", "child_id", "started_on", "id"),
    )
    make_table("relationkit_schema", sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False))
    make_table(
        "relationkit_escalations",
        key(),
        ref("clock_id"),
        ref("child_id", nullable=True),
        text("policy"),
        sa.Column("in_force_from", sa.Date()),
        text("step"),
        text("to_role"),
        ref("recipient_id", nullable=True),
        moment("due_at"),
        moment("send_from_at"),
        sa.Column("is_late", sa.Boolean()),
        moment("started_at"),
        moment("clock_due_at"),
        sa.Column("supersedes", sa.JSON()),
        moment("recorded_at", nullable=False),
        ref("superseded_by", nullable=True),
        sa.Index("relationkit_escalations_clock", "clock_id"),
    )
    make_table(
        "relationkit_outbox",
        key("escalation_id"),
        key("notifier"),
        text("state", nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("next_try_at", nullable=False),
        moment("claimed_until"),
        text("lease"),
        moment("ended_at"),
        text("why"),
        sa.Index("relationkit_outbox_next", "notifier", "state", "next_try_at"),
    )
