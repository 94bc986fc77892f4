"""Small numbers: which figures of a table are withheld, so that none of them points at one child.

A figure about 1 to 5 children is withheld (*primary*), and so are as many others (*complementary*) as it takes that
nobody can work a withheld one out from the totals: by subtraction, along any row, column or layer, or because only one
number would fit. Nought stays nought, unless it stands in a group that is too small to say anything about. A manager
who looks at one child's own record is not shown statistics: nothing here is meant for that.

The rule is the practice of the Department for Education: figures from 1 to 5 become ``c``, then secondary suppression
(Characteristics of children in need, 2020 and 2021 releases). Later releases do not name their threshold.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import combinations, product
from math import inf
from typing import Final

from relationkit.errors import UnlikeTablesError

__all__ = ["ALL", "SMALLEST", "WITHHELD", "Key", "Withheld", "withheld_groups", "withhold", "withhold_linked"]

#: Figures from 1 up to but not including this are withheld (source: the head of this module).
SMALLEST: Final = 6

#: What stands in a table in place of a withheld figure, as in the Department's tables.
WITHHELD: Final = "c"


class _All(Enum):
    ALL = "all"

    __hash__ = object.__hash__  # it stands in millions of keys, and Enum's own takes several times as long

    def __repr__(self) -> str:
        return "ALL"


#: Stands in a key for "all together": ``("North", ALL)`` is a total over the second dimension.
ALL: Final = _All.ALL

#: Where a figure stands: a name, or ``ALL``, in each dimension of the table.
Key = tuple[str | _All, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A table of counts with its totals, in which the figures that must not be shown are ``None``.

    Attributes:
        figures: Every figure of the table that is for showing, totals included; ``None`` where it is withheld.
        is_whole: Nothing less would do than to withhold everything but the fixed totals.
    """

    figures: Mapping[Key, int | None]
    is_whole: bool = False

    def __getitem__(self, key: Key) -> int | None:
        """Return the figure; ``None`` where it is withheld, or not in the table."""
        return self.figures.get(key)

    def share(self, part: Key, whole: Key) -> float | None:
        """Return one figure as a part of another, from 0 to 1; ``None`` where either is withheld, or of nobody.

        A share is withheld with its figures: together with one of them it would give the other away.
        """
        number, of = self[part], self[whole]
        return None if number is None or not of else number / of


def withhold(
    counts: Mapping[tuple[str, ...], int],
    *,
    smallest: int = SMALLEST,
    shown: Iterable[Collection[int]] | None = None,
    fixed: Collection[int] = (),
    is_complete: bool = False,
) -> Withheld:
    """Return the table and its totals, with what must not be shown withheld.

    Whoever reads the table is taken to know its sums, that every figure is a whole number from nought, and even which
    of the withheld figures are 1 to 5. For each withheld figure there is another table that fits all that, in which
    this figure is another one.

    Args:
        counts: How many of each kind, by a name in each dimension; each is counted in one place. What is missing is 0.
        smallest: Figures from 1 to below this are withheld; 1 withholds nothing, for those who may see each case.
        shown: Which dimensions the shown figures tell apart: ``[(), (0,), (0, 1)]`` shows the total, the totals of the
            first dimension, and each by the second. Without it: every combination.
        fixed: Dimensions whose totals are known to the reader from elsewhere, and are not for this table to withhold.
        is_complete: What is missing from ``counts`` cannot be, and the reader knows; where a dimension only parts the
            names of another, such as reasons under their causes.

    Returns:
        Every figure for showing. With a total of 1 to 5 all are withheld, unless that total is fixed.
    """
    table = _Table(counts, smallest, shown, frozenset(fixed), is_complete=is_complete)
    is_whole = not all(table.make_safe(key) for key in table.keys if key in table.withheld)
    withheld = table.all_but_fixed() if is_whole else table.withheld
    return Withheld({key: None if key in withheld else table.values[key] for key in table.keys}, is_whole)


def withhold_linked(
    tables: Mapping[str, Mapping[tuple[str, ...], int]],
    *,
    smallest: int = SMALLEST,
    shown: Iterable[Collection[int]] | None = None,
) -> tuple[Withheld, dict[str, Withheld]]:
    """Return the totals, and several tables that group the same children in turn by something else.

    Because each table has the same totals, a total that one withholds must not be read from another. So totals are
    settled once; what cannot be shown of everyone is shown of no group, and the tables leave the totals as they are.

    Args:
        tables: By name. The first dimension of each is its groups; the others are the same for all.
        smallest: As for :func:`withhold`.
        shown: As for :func:`withhold`, of the dimensions after the first, counted from 0.

    Returns:
        The totals, by the dimensions after the first; then each table, its groups first in every key.

    Raises:
        UnlikeTablesError: Two tables do not count the same.
    """
    totals = _totals_of_linked(tables)
    width = len(next(iter(totals), ()))
    patterns = _patterns(width) if shown is None else [frozenset(each) for each in shown]
    everyone = withhold(totals, smallest=smallest, shown=patterns)
    hidden = {_told_apart(key) for key, figure in everyone.figures.items() if figure is None}
    by_group = [frozenset({0, *(place + 1 for place in each)}) for each in patterns if each not in hidden]
    known = [frozenset(place + 1 for place in each) for each in patterns if each not in hidden]
    return everyone, {
        name: withhold(counts, smallest=smallest, shown=[*by_group, *known], fixed=(0,))
        for name, counts in tables.items()
    }


def withheld_groups(members: Mapping[str, Collection[Hashable]], *, smallest: int = SMALLEST) -> set[str]:
    """Return the groups about which nothing is shown, where one member may stand in several groups.

    Those of fewer than ``smallest`` members are withheld. Where one is, at least a second is too, until those withheld
    have ``smallest`` members together, so that what is left when every shown group is taken from the total is no small
    group either.

    Args:
        members: Whom each group's figures are about, such as children's ids; repeated once for every record of theirs.
        smallest: 1 withholds nothing.
    """
    distinct = {name: set(own) for name, own in members.items()}
    by_size = sorted(members, key=lambda name: (len(distinct[name]), len(members[name]), name))
    withheld = {name for name in by_size if len(distinct[name]) < smallest}
    together: set[Hashable] = set().union(*(distinct[name] for name in withheld))
    for name in by_size[len(withheld) :]:
        if not withheld or (len(withheld) > 1 and len(together) >= smallest):
            break
        withheld.add(name)
        together |= distinct[name]
    return withheld


# A table with its totals ---------------------------------------------------------------------------------------------


class _Table:
    """Every figure of a table and its totals, and which of them are withheld so far.

    A figure is safe once a *move* is known: numbers to add to figures that the reader does not see, by which all sums
    still hold and no figure leaves what is known of it. Moves here are boxes: a step along each dimension, from a name
    to another (one goes up where the other goes down) or to the total (both go up). A figure that is safe stays so
    when more are withheld.
    """

    def __init__(
        self,
        counts: Mapping[tuple[str, ...], int],
        smallest: int,
        shown: Iterable[Collection[int]] | None,
        fixed: frozenset[int],
        *,
        is_complete: bool,
    ) -> None:
        width = len(next(iter(counts), ()))
        self.smallest, self.fixed = smallest, fixed
        self.shown = frozenset(_patterns(width) if shown is None else map(frozenset, shown))
        self.names = [sorted({key[place] for key in counts}) for place in range(width)]
        self.values = _with_totals(counts, self.names)
        can_be = {each for key in counts for each in (key, *_above(key))} if is_complete else self.values.keys()
        self.impossible = self.values.keys() - can_be
        told = {key: value for key, value in self.values.items() if _told_apart(key) in self.shown}
        self.keys = sorted(told, key=_most_general_first)
        #: The figures that may not be shown for their own sake.
        self.small = {key for key, value in told.items() if 0 < value < smallest and not self._is_fixed(key)}
        noughts = {key for key, value in told.items() if value == 0 and self.small.isdisjoint(_above(key))}
        #: What a shown total of nought gives away: to withhold it would hide nothing.
        self.implied = self.impossible | {key for key in self.values if not noughts.isdisjoint(_above(key))}
        #: All that could be withheld.
        self.everything = {key for key in self.keys if key not in self.implied and not self._is_fixed(key)}
        self.under = {key for key in self.everything if not self.small.isdisjoint(_above(key))}
        self.withheld = self.under | (self.everything & self.small)
        self._safe: set[Key] = set()

    def _is_fixed(self, key: Key) -> bool:
        return any(key[place] is ALL for place in self.fixed)

    def all_but_fixed(self) -> set[Key]:
        """Return every figure but the fixed totals, and the noughts that those or the kind of table give away."""
        return {
            key
            for key in self.keys
            if key not in self.impossible
            if not any(self._is_fixed(each) and (each == key or self.values[each] == 0) for each in (key, *_above(key)))
        }

    def _bounds(self, key: Key) -> tuple[float, float]:
        """Return what the reader may know of a figure that is not shown."""
        if key in self.under:
            return 0, self.smallest - 1
        return (1, self.smallest - 1) if key in self.everything and key in self.small else (0, inf)

    def make_safe(self, key: Key) -> bool:
        """Withhold what it takes to make a withheld figure safe, as little as can be; return whether that can be."""
        if key in self._safe:
            return True
        best: tuple[tuple[int, ...], list[Key]] | None = None
        for others in product(*(self._steps(key, place) for place in range(len(key)))):
            box = self._box(key, others)
            if box is not None and (best is None or self._cost(box) < best[0]):
                best = self._cost(box), box
                if not any(best[0]):
                    break
        if best is None:
            return False
        new = [each for each in best[1] if each in self.everything]
        self.withheld.update(new)
        self._safe.update(new)
        return True

    def _steps(self, key: Key, place: int) -> list[str | _All]:
        steps: list[str | _All] = [name for name in self.names[place] if name != key[place]]
        return steps if key[place] is ALL or place in self.fixed else [*steps, ALL]

    def _box(self, key: Key, others: Key) -> list[Key] | None:
        """Return the corners of a box that is a move, in one direction or the other; ``None`` where it is none."""
        signs = [1 if ALL in pair else -1 for pair in zip(key, others, strict=True)]
        can_go = {1, -1}
        corners: list[Key] = []
        for far in product((False, True), repeat=len(key)):
            corner = tuple(there if is_far else here for here, there, is_far in zip(key, others, far, strict=True))
            if corner in self.implied or self._is_fixed(corner):
                return None
            low, high = self._bounds(corner)
            sign = _product(sign for sign, is_far in zip(signs, far, strict=True) if is_far)
            can_go = {way for way in can_go if low <= self.values[corner] + way * sign <= high}
            if not can_go:
                return None
            corners.append(corner)
        return corners

    def _cost(self, box: Iterable[Key]) -> tuple[int, ...]:
        """Return how much more would be withheld: totals weigh most, then noughts, then how many, then of how many."""
        new = [key for key in box if key in self.everything and key not in self.withheld]
        values = [self.values[key] for key in new]
        return sum(key.count(ALL) for key in new), values.count(0), len(new), sum(values)


def _product(signs: Iterable[int]) -> int:
    result = 1
    for sign in signs:
        result *= sign
    return result


def _patterns(width: int) -> list[frozenset[int]]:
    """Return every choice of dimensions to tell apart."""
    return [frozenset(each) for size in range(width + 1) for each in combinations(range(width), size)]


def _told_apart(key: Key) -> frozenset[int]:
    return frozenset(place for place, name in enumerate(key) if name is not ALL)


def _most_general_first(key: Key) -> tuple[int, tuple[str, ...]]:
    return len(_told_apart(key)), tuple("" if name is ALL else str(name) for name in key)


def _above(key: Key) -> Iterator[Key]:
    """Yield the totals that the figure is a part of."""
    choices: list[Key] = [(name,) if name is ALL else (name, ALL) for name in key]
    return (each for each in product(*choices) if each != key)


def _with_totals(counts: Mapping[tuple[str, ...], int], names: Iterable[Iterable[str]]) -> dict[Key, int]:
    lines: list[Key] = [(*own, ALL) for own in names]
    values: dict[Key, int] = dict.fromkeys(product(*lines), 0)
    for key, count in counts.items():
        for total in (key, *_above(key)):
            values[total] += count
    return values


def _totals_of_linked(tables: Mapping[str, Mapping[tuple[str, ...], int]]) -> dict[tuple[str, ...], int]:
    """Return what all the tables count, without their groups.

    Raises:
        UnlikeTablesError: They do not count the same.
    """
    found: list[dict[tuple[str, ...], int]] = []
    for name, counts in tables.items():
        totals: dict[tuple[str, ...], int] = {}
        for key, count in counts.items():
            totals[key[1:]] = totals.get(key[1:], 0) + count
        found.append(totals)
        if _without_noughts(totals) != _without_noughts(found[0]):
            raise UnlikeTablesError(name)
    return {key: count for totals in found for key, count in totals.items()}


def _without_noughts(totals: Mapping[tuple[str, ...], int]) -> dict[tuple[str, ...], int]:
    return {key: count for key, count in totals.items() if count}
