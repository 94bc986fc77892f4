"""What a council sets for the cards that its workers write in the web app."""

from dataclasses import dataclass

from relationkit.profiles import CardTheme, DutyLine, WorkContacts

__all__ = ["CardSettings"]


@dataclass(frozen=True, slots=True)
class CardSettings:
    """What a council sets for the cards that its workers write.

    Attributes:
        duty: Who always answers; stands on every card.
        work: The council's own numbers and addresses, to tell them from private ones; ``None`` where it has not said.
        theme: Its colours; ``None`` for those of relationkit.
    """

    duty: DutyLine
    work: WorkContacts | None = None
    theme: CardTheme | None = None
