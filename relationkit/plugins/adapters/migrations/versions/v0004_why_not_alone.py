"""Why a child was not seen alone, on each session."""

from relationkit.plugins.adapters.migrations.steps import add_column, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the reason; of the sessions that are there, nobody knows one."""
    add_column("relationkit_sessions", text("not_alone_why"))
