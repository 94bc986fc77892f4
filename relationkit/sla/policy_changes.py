"""What changed since a day in how soon children are answered, so that they can be told.

"Tell us when your policies change", young people asked. A change is one of what a child is promised: how long an answer
may take, whose open time is counted, and what counts as an answer. Who inside the council is told when is none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from relationkit.records import Assignment, Channel, ChildId, Role, london_day
from relationkit.sla.policies import PolicyBook, ResponsePolicy

__all__ = ["PolicyChange", "policy_changes"]


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """Messages of some kinds are answered by another promise on the later day than on the earlier.

    Attributes:
        changed_on: The first day, in Europe/London, on which the promise was as it is now.
        channels: The channels of the messages that it is about.
        roles: The roles of the workers written to.
        before: The policy of the earlier day; ``None`` where the book had none yet.
        after: The policy of the later day.
    """

    changed_on: date
    channels: frozenset[Channel]
    roles: frozenset[Role]
    before: ResponsePolicy | None
    after: ResponsePolicy

    def children(self, assignments: Iterable[Assignment], *, on: date) -> frozenset[ChildId]:
        """Return whom it concerns on a day: who has a worker of such a role then, and had one before the change.

        Args:
            assignments: In any order; who holds which role for whom.
            on: The day to judge by, in Europe/London.
        """
        held = list(assignments)
        have_one = {each.child_id for each in held if each.role in self.roles and each.is_open(on=on)}
        return frozenset(each.child_id for each in held if each.started_on < self.changed_on) & have_one


def policy_changes(book: PolicyBook, *, since: date, on: date) -> tuple[PolicyChange, ...]:
    """Return what differs between what a book promises on two days.

    A promise that came and went between the two days is none, and so is a policy that promises the same under another
    name, or only tells other people.

    Args:
        book: Every version.
        since: The earlier day; what changed on it is known already.
        on: The later day; what changes on it is told.

    Returns:
        One for each two policies of which one took the other's place, in the order of the day and of the later one's
        name; empty when nothing differs.
    """
    cells: dict[tuple[date, ResponsePolicy | None, ResponsePolicy], set[tuple[Channel, Role]]] = {}
    for channel, role in product(Channel, Role):
        for change in _changes_of(book, channel, role, since=since, on=on):
            cells.setdefault(change, set()).add((channel, role))
    found = [
        PolicyChange(day, frozenset(channel for channel, _ in of), frozenset(role for _, role in of), before, after)
        for (day, before, after), of in cells.items()
    ]
    return tuple(sorted(found, key=lambda change: (change.changed_on, change.after.name)))


def _changes_of(
    book: PolicyBook, channel: Channel, role: Role, *, since: date, on: date
) -> Iterator[tuple[date, ResponsePolicy | None, ResponsePolicy]]:
    """Yield the one change of what is promised for a kind of message, if there is one."""
    versions = [(london_day(at), policy) for at, policy in book.versions(channel, role) if london_day(at) <= on]
    before = next((policy for day, policy in reversed(versions) if day <= since), None)
    if versions and _promise(before) != _promise(versions[-1][1]):
        after = versions[-1][1]
        earlier = [None, *(policy for _, policy in versions)]
        pairs = zip(versions, earlier, strict=False)
        yield max(day for (day, policy), old in pairs if _promise(policy) != _promise(old)), before, after


def _promise(policy: ResponsePolicy | None) -> object:
    return None if policy is None else (policy.target, policy.calendar, policy.stops_on)
