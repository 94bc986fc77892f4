"""What children say: invitations, drafts, what was sent, pictures, evidence, and who read it."""

import sqlalchemy as sa

from relationkit.plugins.adapters.migrations.steps import key, make_table, moment, number, ref, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of feedback."""
    make_table("relationkit_invitations", key(), text("document", nullable=False))
    make_table(
        "relationkit_drafts",
        key(),
        ref("child_id"),
        moment("saved_at", nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        text("document", nullable=False),
    )
    make_table(
        "relationkit_submissions",
        key(),
        ref("invitation_id", nullable=True),
        ref("child_id"),
        moment("submitted_at", nullable=False),
        sa.Column("wants_to_talk", sa.Boolean(), nullable=False),
        text("document", nullable=False),
        sa.Index("relationkit_submissions_child", "child_id", "submitted_at", "id"),
        sa.Index("relationkit_submissions_order", "submitted_at", "id"),
        sa.Index("relationkit_submissions_invitation", "invitation_id"),
    )
    make_table(
        "relationkit_evidence",
        key(),
        ref("child_id"),
        moment("added_at", nullable=False),
        text("document", nullable=False),
        sa.Index("relationkit_evidence_child", "child_id", "added_at", "id"),
    )
    make_table(
        "relationkit_pictures",
        key("owner_id"),
        key("sha256"),
        text("media_type", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    make_table(
        "relationkit_reads",
        number("number"),
        moment("at", nullable=False),
        ref("submission_id"),
        ref("child_id"),
        ref("viewer_id"),
        text("viewer_role"),
        text("sight", nullable=False),
        sa.Index("relationkit_reads_child", "child_id", "number"),
    )
    make_table(
        "relationkit_counts",
        number("number"),
        moment("at", nullable=False),
        text("counted_by", nullable=False),
        moment("since"),
        moment("until"),
    )
