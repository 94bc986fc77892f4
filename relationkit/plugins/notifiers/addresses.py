"""Where messages go: addresses by worker and by role, which the records do not hold."""

from collections.abc import Mapping

from pydantic import Field

from relationkit.errors import DeliveryError
from relationkit.plugins.child_notices import CHILD
from relationkit.records import FrozenModel
from relationkit.sla import Escalation

__all__ = ["AddressBook", "is_one_line"]


class AddressBook(FrozenModel):
    """Addresses, or telephone numbers, by who is to be told; never in a repr.

    Attributes:
        workers: By worker id.
        children: By child id, for notices to the child itself. Who is not in it is reached by the role ``child``, or
            ``otherwise``: by somebody who passes the notice on.
        roles: By role, such as ``duty``: for messages to a role, and for workers who are not in the book.
        otherwise: For everybody else; ``None`` refuses the message, and it becomes a dead letter that is shown.
    """

    workers: Mapping[str, str] = Field(default_factory=dict)
    children: Mapping[str, str] = Field(default_factory=dict)
    roles: Mapping[str, str] = Field(default_factory=dict)
    otherwise: str | None = None

    def find(self, escalation: Escalation, *, notifier: str) -> str:
        """Return the address for a message.

        Raises:
            DeliveryError: There is none, or it has control characters; final, and names the worker or role only.
        """
        book, kind = (self.children, "child") if escalation.to == CHILD else (self.workers, "worker")
        found = book.get(escalation.recipient_id) if escalation.recipient_id is not None else None
        address = found or self.roles.get(escalation.to) or self.otherwise
        whom = f"the {kind} {escalation.recipient_id!r}" if escalation.recipient_id else f"the role {escalation.to!r}"
        if address is None:
            raise DeliveryError(notifier, f"there is no address for {whom}", "Add it to the settings", is_final=True)
        if not is_one_line(address):
            what = f"the address for {whom} has a line break or another control character"
            raise DeliveryError(notifier, what, "Mend it in the settings", is_final=True)
        return address


def is_one_line(text: str) -> bool:
    """Return whether the text is safe in a header: something, printable, and in one line."""
    return bool(text.strip()) and text.isprintable()
