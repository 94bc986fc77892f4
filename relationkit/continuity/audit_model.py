"""The audit as it is kept: small numbers already withheld, so that the file may leave the team, and read back later.

A count is ``None`` where it is withheld; :mod:`relationkit.withholding` has the rule.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field

from relationkit.continuity.audit_table import AUDIT_HEADINGS, Cell, table_of
from relationkit.continuity.windows import Window
from relationkit.intervals import share_interval
from relationkit.records import ChildId, Day, FrozenModel
from relationkit.withholding import SMALLEST

__all__ = [
    "AUDIT_HEADINGS",
    "AuditCards",
    "AuditCause",
    "AuditCount",
    "AuditGroup",
    "AuditGrouping",
    "AuditWhatIf",
    "ContinuityAudit",
    "ListedChild",
    "PublishedShare",
]

#: The group of those reasons that are the last of too few children to be shown one by one.
RARER_REASONS = "rarer reasons, together"

Count = int | None


class AuditCount(FrozenModel):
    """How many of one kind; ``count`` is ``None`` where it is withheld."""

    name: str
    count: int | None = Field(ge=0)

    def __repr_args__(self) -> Sequence[tuple[str | None, object]]:
        """Show both: a count in an audit is about nobody."""
        return [("name", self.name), ("count", self.count)]


class AuditGroup(FrozenModel):
    """Some children by both definitions; a figure is ``None`` where it is withheld.

    Attributes:
        name: Whom it is about.
        children: How many there are.
        high: Of them, with three or more distinct workers (Department for Education).
        multiple: Of them, with two or more changes, cover left out (Children's Commissioner).
    """

    name: str
    children: int | None = Field(ge=0)
    high: int | None = Field(ge=0)
    multiple: int | None = Field(ge=0)

    @property
    def share_high(self) -> float | None:
        """``high`` of ``children``, from 0 to 1; ``None`` where either is withheld, or of nobody."""
        return None if self.high is None or not self.children else self.high / self.children

    @property
    def share_multiple(self) -> float | None:
        """``multiple`` of ``children``, likewise."""
        return None if self.multiple is None or not self.children else self.multiple / self.children

    @property
    def interval_high(self) -> tuple[float, float] | None:
        """How exactly ``share_high`` is known, by Wilson's method at 95%; ``None`` where there is none."""
        return None if self.high is None or not self.children else share_interval(self.high, self.children)

    @property
    def is_withheld(self) -> bool:
        """Whether any of its figures is."""
        return None in (self.children, self.high, self.multiple)


class AuditGrouping(FrozenModel):
    """The same children, each in one group."""

    name: str
    label: str
    groups: tuple[AuditGroup, ...]


class AuditCause(FrozenModel):
    """Changes of one cause, and of its reasons."""

    name: str
    changes: int | None = Field(ge=0)
    reasons: tuple[AuditCount, ...] = ()


class AuditWhatIf(FrozenModel):
    """How many children would have had three or more workers, had some changes not been made."""

    scenario: str
    high: int | None = Field(ge=0)


class AuditCards(FrozenModel):
    """The share of children whose worker has a current introduction card, on one day.

    It stands in whole per cent and without its counts: together with other counts of the audit they could tell how many
    children have nobody.

    Attributes:
        on: The day.
        share: From 0 to 1, with two digits; ``None`` where it is withheld, or no child had a worker.
        is_withheld: Whether it is about too few children, with a card or without.
    """

    on: Day
    share: float | None = Field(ge=0, le=1)
    is_withheld: bool = False


class PublishedShare(FrozenModel):
    """A published share; a symbol stands where the publisher gives no number."""

    year: int
    area: str
    children: int | str
    high: int | str
    percentage: int | str


class ListedChild(FrozenModel):
    """One child by reference, for those who may see each case.

    Attributes:
        child_id: Whose it is.
        workers: Distinct social workers in the window; ``None`` when none is recorded.
        spells: Who led from when until when, by reference: worker, first day, first day after.
    """

    child_id: ChildId
    workers: int | None
    spells: tuple[tuple[str, Day, Day | None], ...] = ()


class ContinuityAudit(FrozenModel):
    """The baseline that a council keeps, and measures itself by a year later.

    Attributes:
        version: Of this layout.
        start_on: The first day of the window.
        end_on: The first day after it.
        population: Which children are counted, in words.
        smallest: Figures from 1 to below this are withheld.
        everyone: All of them.
        workers: How many had how many distinct social workers.
        groupings: By team, age band, and so on; each child stands in one group of each.
        withheld_groupings: The groupings that are left out whole, without their groups: beside the reasons of the
            changes each of their figures would help to work out one that is withheld. Of a grouping that is in neither
            the source says nothing.
        changes: Changes of lead social worker, cover counted.
        causes: The changes by cause; each with its reasons in the words of the return.
        quarters: The changes by quarter, oldest first.
        timing: The changes by whether somebody could set the day.
        moves: The changes by whether the team changed with the worker.
        returned: Children who had a former worker back.
        alone: Children with a day or more in care on which nobody led; ``None`` also where care is not known.
        days_alone: Those days together.
        unallocated: Children in care with nobody on the last day; ``None`` also where care is not known.
        what_if: Children with three or more, had some changes not been made.
        roles: The same two counts for other roles, of those children for whom one is recorded.
        care_leavers: Young people of 16 to 25 who are not in care on the last day and have had a personal adviser
            recorded: the counts are of personal advisers. ``None`` where there are none.
        cards: How many children's workers had a current card, on the day on which the audit was made; ``None`` where
            nobody said which cards there are.
        could_not_be_judged: Children left out because a record of theirs could not be read, or is found wrong by the
            rules of the return it comes from.
        counted_anyway: Children counted although those rules find records of theirs wrong.
        caveats: What must be said of the figures, in words that name nobody.
        published: England, and the council's own published share.
        three_or_more: The children with three or more, by id; ``None`` in an audit that may leave the team.
        nobody_now: The children in care with nobody on the last day, by id; ``None`` likewise.
        not_judged: The children who were left out, by id; ``None`` likewise.
    """

    version: Literal[1] = 1
    start_on: Day
    end_on: Day
    population: str
    smallest: int = Field(default=SMALLEST, ge=1)
    everyone: AuditGroup
    workers: tuple[AuditCount, ...]
    groupings: tuple[AuditGrouping, ...]
    withheld_groupings: tuple[AuditGrouping, ...] = ()
    changes: int | None = Field(ge=0)
    causes: tuple[AuditCause, ...]
    quarters: tuple[AuditCount, ...]
    timing: tuple[AuditCount, ...]
    moves: tuple[AuditCount, ...]
    returned: int | None = Field(ge=0)
    alone: int | None = Field(ge=0)
    days_alone: int | None = Field(ge=0)
    unallocated: int | None = Field(ge=0)
    is_care_known: bool
    what_if: tuple[AuditWhatIf, ...]
    roles: tuple[AuditGroup, ...] = ()
    care_leavers: AuditGroup | None = None
    cards: AuditCards | None = None
    could_not_be_judged: int = Field(default=0, ge=0)
    counted_anyway: int = Field(default=0, ge=0)
    caveats: tuple[str, ...] = ()
    published: tuple[PublishedShare, ...] = ()
    three_or_more: tuple[ListedChild, ...] | None = None
    nobody_now: tuple[ListedChild, ...] | None = None
    not_judged: tuple[ChildId, ...] | None = None

    def __repr_args__(self) -> Sequence[tuple[str | None, object]]:
        """Show the window and the figures of everyone."""
        return [("start_on", self.start_on), ("end_on", self.end_on), ("children", self.everyone.children)]

    @property
    def window(self) -> Window:
        """The days that were looked at."""
        return Window(self.start_on, self.end_on)

    @property
    def last_on(self) -> Day:
        """The last day of them."""
        return self.end_on - timedelta(days=1)

    @property
    def left_out_whole(self) -> tuple[str, ...]:
        """Which groupings are left out whole, and why: a sentence or two for each."""
        why = (
            "These are so few children that, beside the changes by reason, each figure here would help to work out one "
            "that is withheld."
        )
        return tuple(f"{each.label}: left out whole. {why}" for each in self.withheld_groupings)

    def without_children(self) -> "ContinuityAudit":
        """Return the audit without the lists of children: what may leave the team."""
        return self.model_copy(update={"three_or_more": None, "nobody_now": None, "not_judged": None})

    def with_cards(self, *, on: Day, children: int, with_card: int) -> "ContinuityAudit":
        """Return the audit with the share of children whose worker has a current card beside it.

        Args:
            on: The day on which that is so.
            children: Those with a worker.
            with_card: Of them, those whose worker has a current card.
        """
        is_withheld = any(0 < each < self.smallest for each in (with_card, children - with_card))
        share = None if is_withheld or not children else round(with_card / children, 2)
        return self.model_copy(update={"cards": AuditCards(on=on, share=share, is_withheld=is_withheld)})

    def rows(self) -> list[tuple[Cell, ...]]:
        """Return every figure as one table under :data:`AUDIT_HEADINGS`: what the page shows, for a spreadsheet.

        ``grouping`` says what a row is about. Children by both definitions: ``everyone``, each grouping, ``role``,
        ``care leavers``. Children counted once: ``workers`` (how many had how many), ``returned``, ``alone``,
        ``unallocated``. Changes: ``cause``, ``cause and reason``, ``quarter``, ``timing``, ``team move``. Then
        ``what if``, ``current card``, ``published``, and the children left out. In an audit with lists of children
        each has a row by id.

        Shares are from 0 to 1 with four digits; the last two columns are the 95% interval of one. ``"c"`` stands for a
        withheld figure, and for a grouping that is left out whole; ``None`` for a share of nobody and for a cell that
        does not belong to the row.
        """
        return table_of(self)
