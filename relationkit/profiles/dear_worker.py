"""Dear worker: what children said they enjoy doing with their worker, by the council's own themes.

Counts and words go no further than children were told: a theme of fewer than six children has no count and no words,
and words are shown only where the child agreed to that.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from relationkit.records import PRINTABLE, ChildId, FrozenModel
from relationkit.withholding import SMALLEST, withheld_groups

__all__ = ["DearWorker", "EnjoyTheme", "Enjoyed", "ThemeOnPoster", "dear_worker"]

#: The longest text that is shown on a poster, and how many texts a theme shows.
LONGEST_QUOTE = 120
MOST_QUOTES = 3


class EnjoyTheme(FrozenModel):
    """One theme of a council's own list.

    Attributes:
        name: What it is called in data.
        title: What it is called on the poster, such as ``"Being outside"``.
        words: Words that put an answer here, in any language; one at the end of ``*`` stands for any ending.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1, max_length=60, pattern=PRINTABLE)
    words: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Enjoyed:
    """One answer to what a child enjoys doing with their worker, as it comes out of a feedback form.

    Attributes:
        words: As they said it; in no repr.
        may_quote: Whether the child agreed that these words are shown to others.
    """

    child_id: ChildId
    words: str = field(repr=False)
    may_quote: bool = False


@dataclass(frozen=True, slots=True)
class ThemeOnPoster:
    """One theme as it may be shown.

    Attributes:
        children: How many said something of it; ``None`` where that is withheld.
        quotes: Words that children agreed to show, in the order of the alphabet; none where the count is withheld.
    """

    name: str
    title: str
    children: int | None
    quotes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class DearWorker:
    """What may be shown of everything that was said.

    Attributes:
        children: How many children answered; ``None`` where fewer than six did, and then nothing else is shown.
        themes: Most children first, those withheld last, then by name; themes that nobody spoke of are left out.
        without_theme: How many children said something that fits no theme, for whoever keeps the list; ``None`` where
            withheld.
    """

    children: int | None
    themes: tuple[ThemeOnPoster, ...]
    without_theme: int | None


#: The group of those whose words fit no theme; no theme can be called so.
_NONE = "-"


def dear_worker(answers: Iterable[Enjoyed], themes: Sequence[EnjoyTheme], *, smallest: int = SMALLEST) -> DearWorker:
    """Return what children enjoy doing with their worker, grouped, with small numbers withheld.

    An answer counts in each theme one of whose words it has; a child counts once in a theme, however often they spoke.

    Args:
        answers: About one worker, a team or a whole council, in any order.
        themes: The council's own list; the order breaks no ties, names do.
        smallest: Figures from 1 to below this are withheld, with as many others as it takes.
    """
    said = [answer for answer in answers if answer.words.strip()]
    members: dict[str, set[ChildId]] = {name: set() for name in (*(theme.name for theme in themes), _NONE)}
    quotes: dict[str, set[str]] = {theme.name: set() for theme in themes}
    for answer in said:
        names = [theme.name for theme in themes if _is_about(answer.words, theme)]
        for name in names or [_NONE]:
            members[name].add(answer.child_id)
        for name in names if answer.may_quote and len(answer.words) <= LONGEST_QUOTE else ():
            quotes[name].add(answer.words.strip())
    children = len({answer.child_id for answer in said})
    if children < smallest:
        return DearWorker(None, (), None)
    hidden = withheld_groups({name: who for name, who in members.items() if who}, smallest=smallest)
    shown = [_shown(theme, members[theme.name], quotes[theme.name], hidden) for theme in themes if members[theme.name]]
    ordered = sorted(shown, key=lambda theme: (theme.children is None, -(theme.children or 0), theme.name))
    return DearWorker(children, tuple(ordered), None if _NONE in hidden else len(members[_NONE]))


def _shown(theme: EnjoyTheme, who: set[ChildId], quotes: set[str], hidden: set[str]) -> ThemeOnPoster:
    if theme.name in hidden:
        return ThemeOnPoster(theme.name, theme.title, None)
    return ThemeOnPoster(theme.name, theme.title, len(who), tuple(sorted(quotes)[:MOST_QUOTES]))


def _is_about(text: str, theme: EnjoyTheme) -> bool:
    return any(_pattern(word).search(text) for word in theme.words)


def _pattern(word: str) -> re.Pattern[str]:
    ending = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"\b{re.escape(word.rstrip('*'))}{ending}\b", re.IGNORECASE)
