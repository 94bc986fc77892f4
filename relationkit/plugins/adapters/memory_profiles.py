"""Cards and children's pages in memory: the model that the database is held to."""

from collections.abc import Collection, Iterator
from datetime import datetime
from threading import Lock

from relationkit.plugins.adapters.filters import wanted_ids
from relationkit.plugins.adapters.outbox_rules import in_utc
from relationkit.profiles import (
    AboutMe,
    AboutMeVersions,
    KeptProfile,
    ProfileInvitation,
    ProfileInvitationId,
    WorkerProfile,
)
from relationkit.records import ChildId, WorkerId

__all__ = ["MemoryProfiles"]


class MemoryProfiles:
    """A :class:`~relationkit.plugins.SupportsProfiles` for one process and its threads; gone when the process is."""

    def _start_profiles(self) -> None:
        self._profiles_lock = Lock()
        self._profile_invitations: dict[ProfileInvitationId, ProfileInvitation] = {}
        self._profiles: dict[tuple[WorkerId, str], list[KeptProfile]] = {}
        self._about_me: dict[ChildId, list[AboutMe]] = {}

    def keep_profile_invitation(self, invitation: ProfileInvitation) -> None:
        """Keep an invitation; one of the same id takes its place."""
        with self._profiles_lock:
            self._profile_invitations[invitation.id] = invitation

    def profile_invitation(self, invitation_id: ProfileInvitationId) -> ProfileInvitation | None:
        """Return the invitation; ``None`` when it is not known."""
        return self._profile_invitations.get(invitation_id)

    def keep_profile(self, profile: WorkerProfile, *, version: int, saved_at: datetime) -> bool:
        """Keep the next version, unless somebody was quicker."""
        kept = KeptProfile(profile, version, in_utc(saved_at))
        with self._profiles_lock:
            versions = self._profiles.setdefault((profile.worker_id, profile.language), [])
            if version != len(versions) + 1:
                return False
            versions.append(kept)
        return True

    def profile_versions(self, worker_id: WorkerId, *, language: str) -> list[KeptProfile]:
        """Return every version, oldest first."""
        with self._profiles_lock:
            return list(self._profiles.get((worker_id, language), ()))

    def profiles(self, *, worker_ids: Collection[str] | None = None) -> Iterator[WorkerProfile]:
        """Return the last version of each profile, by worker, then language."""
        is_wanted = wanted_ids(worker_ids)
        with self._profiles_lock:
            last = [versions[-1].profile for _, versions in sorted(self._profiles.items()) if versions]
        return (profile for profile in last if is_wanted(profile.worker_id))

    def keep_about_me(self, about: AboutMe) -> bool:
        """Keep the next version of a child's page, unless another window was quicker."""
        with self._profiles_lock:
            versions = self._about_me.setdefault(about.child_id, [])
            if about.version != len(versions) + 1:
                return False
            versions.append(about)
        return True

    def about_me(self, child_id: ChildId) -> AboutMeVersions | None:
        """Return every version of a child's page; ``None`` when there is none."""
        with self._profiles_lock:
            versions = tuple(self._about_me.get(child_id, ()))
        return AboutMeVersions(child_id=child_id, versions=versions) if versions else None
