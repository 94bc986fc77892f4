"""What a child says about themself, so that nobody asks twice and nobody guesses."""

from typing import Annotated

from pydantic import Field

from relationkit.records import LANGUAGE, PRINTABLE, ChildId, Day, FrozenModel

__all__ = ["AboutMe"]

Said = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class AboutMe(FrozenModel):
    """In the child's own words; none of it is in a repr. Everything but the id may be left out.

    Attributes:
        chosen_name: The name to use.
        pronouns: As the child says them.
        interests: What they like, in their order.
        like_to_meet_at: Places where they like to meet, best first.
        never_meet_at: Places and moments where they never want to be met, such as out of class.
        how_to_talk: How to talk with them: what helps and what does not.
        language: BCP 47 tag of what they wrote.
        updated_on: When they last said so; ``None`` when not recorded.
    """

    child_id: ChildId = Field(pattern=PRINTABLE, min_length=1)
    chosen_name: Said | None = None
    pronouns: Said | None = None
    interests: tuple[Said, ...] = ()
    like_to_meet_at: tuple[Said, ...] = ()
    never_meet_at: tuple[Said, ...] = ()
    how_to_talk: tuple[Said, ...] = ()
    language: str = Field(default="en", pattern=LANGUAGE)
    updated_on: Day | None = None
