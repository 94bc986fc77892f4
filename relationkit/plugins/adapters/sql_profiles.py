"""Cards and children's pages in a database: a row a version, never changed.

The number of a version is unique for its worker and language, or its child: of two windows that save at once, one is
told that the other was quicker.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from relationkit.plugins.adapters.filters import wanted_ids
from relationkit.plugins.adapters.outbox_rules import in_utc
from relationkit.plugins.adapters.sql_layout import METADATA, UtcInstant, key, text
from relationkit.plugins.adapters.sql_store import SqlStore
from relationkit.profiles import (
    AboutMe,
    AboutMeVersions,
    KeptProfile,
    ProfileInvitation,
    ProfileInvitationId,
    WorkerProfile,
)
from relationkit.records import ChildId, WorkerId

__all__ = ["SqlProfiles"]

_INVITATIONS: Final = sa.Table("relationkit_profile_invitations", METADATA, key(), text("document", nullable=False))
_PROFILES: Final = sa.Table(
    "relationkit_profiles",
    METADATA,
    key("worker_id"),
    key("language"),
    sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("saved_at", UtcInstant(), nullable=False),
    text("document", nullable=False),
)
_ABOUT_ME: Final = sa.Table(
    "relationkit_about_me",
    METADATA,
    key("child_id"),
    sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
    text("document", nullable=False),
)


class SqlProfiles(SqlStore):
    """A :class:`~relationkit.plugins.SupportsProfiles` in a database, for any number of processes at once."""

    def keep_profile_invitation(self, invitation: ProfileInvitation) -> None:
        """Keep an invitation; one of the same id takes its place."""
        document = invitation.model_dump_json()
        with self._writing() as connection:
            if not _is_new(connection, _INVITATIONS, {"id": invitation.id, "document": document}):
                own = sa.update(_INVITATIONS).where(_INVITATIONS.c.id == invitation.id)
                connection.execute(own.values(document=document))

    def profile_invitation(self, invitation_id: ProfileInvitationId) -> ProfileInvitation | None:
        """Return the invitation; ``None`` when it is not known."""
        rows = self._rows(sa.select(_INVITATIONS).where(_INVITATIONS.c.id == invitation_id), _INVITATIONS)
        return next((ProfileInvitation.model_validate_json(row["document"]) for row in rows), None)

    def keep_profile(self, profile: WorkerProfile, *, version: int, saved_at: datetime) -> bool:
        """Keep the next version, unless somebody was quicker."""
        whose = {"worker_id": profile.worker_id, "language": profile.language}
        row = {**whose, "version": version, "saved_at": in_utc(saved_at), "document": profile.model_dump_json()}
        return self._is_next(_PROFILES, whose, row)

    def profile_versions(self, worker_id: WorkerId, *, language: str) -> list[KeptProfile]:
        """Return every version, oldest first."""
        own = (_PROFILES.c.worker_id == worker_id, _PROFILES.c.language == language)
        return [
            KeptProfile(WorkerProfile.model_validate_json(row["document"]), row["version"], row["saved_at"])
            for row in self._rows(sa.select(_PROFILES).where(*own).order_by(_PROFILES.c.version), _PROFILES)
        ]

    def profiles(self, *, worker_ids: Collection[str] | None = None) -> Iterator[WorkerProfile]:
        """Return the last version of each profile, by worker, then language."""
        is_wanted = wanted_ids(worker_ids)
        order = (_PROFILES.c.worker_id, _PROFILES.c.language, _PROFILES.c.version)
        last = {
            (row["worker_id"], row["language"]): row
            for row in self._rows(sa.select(_PROFILES).order_by(*order), _PROFILES)
        }
        documents = (row["document"] for (worker_id, _), row in last.items() if is_wanted(worker_id))
        return map(WorkerProfile.model_validate_json, documents)

    def keep_about_me(self, about: AboutMe) -> bool:
        """Keep the next version of a child's page, unless another window was quicker."""
        whose = {"child_id": about.child_id}
        return self._is_next(_ABOUT_ME, whose, {**whose, "version": about.version, "document": about.model_dump_json()})

    def about_me(self, child_id: ChildId) -> AboutMeVersions | None:
        """Return every version of a child's page; ``None`` when there is none."""
        select = sa.select(_ABOUT_ME).where(_ABOUT_ME.c.child_id == child_id).order_by(_ABOUT_ME.c.version)
        versions = tuple(AboutMe.model_validate_json(row["document"]) for row in self._rows(select, _ABOUT_ME))
        return AboutMeVersions(child_id=child_id, versions=versions) if versions else None

    def _is_next(self, table: sa.Table, whose: dict[str, Any], row: dict[str, Any]) -> bool:
        """Keep the row where its version follows the last one; the key holds off whoever saves at the same moment."""
        own = [table.c[name] == value for name, value in whose.items()]
        with self._writing() as connection:
            last = connection.scalar(sa.select(sa.func.max(table.c.version)).where(*own)) or 0
            return row["version"] == last + 1 and _is_new(connection, table, row)

    def _rows(self, select: sa.Select[Any], table: sa.Table) -> list[sa.RowMapping]:
        with self._reading(table) as connection:
            return [] if connection is None else list(connection.execute(select).mappings())


def _is_new(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> bool:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(row).on_conflict_do_nothing().returning(table.c.document)
    return connection.scalar(statement) is not None
