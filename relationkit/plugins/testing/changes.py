"""Changes since: a pass looks at the children who need it, and misses none."""
# ruff: noqa: S101 - these are tests

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from relationkit.plugins.ports import SupportsChangesSince, SupportsOutbox
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, Open, loaded
from relationkit.plugins.testing.outbox import an_escalation
from relationkit.plugins.testing.scenarios import EVERY_KIND
from relationkit.records import ChildId, Message
from relationkit.sla import NextLook

NOW: Final = datetime(2025, 11, 3, 9, tzinfo=UTC)
_MINUTE: Final = timedelta(minutes=1)
_RULES: Final = "rules 1"


class ChangesTests(Kit):
    """What :class:`~relationkit.plugins.SupportsChangesSince` promises."""

    @must("RK-C-120")
    def test_the_first_time_every_child_is_looked_at(self, opened: Open) -> None:
        """Nothing is known yet, so nobody may be passed over.

        Remedy: answer with child_ids None until looks have been kept.
        """
        source = self._source(opened)

        assert source.changes_since(rules=_RULES, now=NOW).child_ids is None

    @must("RK-C-121")
    def test_when_nothing_happened_nobody_is_looked_at(self, opened: Open) -> None:
        """This is what makes a pass over 100,000 children cheap.

        Remedy: let go of the changes that the kept answer took in.
        """
        source = self._kept(opened)

        assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids == frozenset()

    @must("RK-C-122")
    def test_a_child_about_whom_something_is_written_is_looked_at(self, opened: Open) -> None:
        """A new message may start a clock, and a new worker has to be told.

        Remedy: note the child of each message and assignment, in the transaction that writes it.
        """
        source = self._kept(opened)
        source.write([_a_message("M50", "C2")])
        assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids == {"C2"}

        source.write([next(row for row in loaded(EVERY_KIND, "assignments") if row.id == "A4").model_copy(
            update={"worker_id": "SW2"}
        )])  # fmt: skip
        assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids == {"C2", "c3"}

    @must("RK-C-123")
    def test_a_record_that_moves_to_another_child_concerns_both(self, opened: Open) -> None:
        """A message filed under the wrong child: one clock must stop, another start.

        Remedy: note the child before and the child after.
        """
        source = self._kept(opened)
        moved = next(row for row in loaded(EVERY_KIND, "messages") if row.id == "M4")
        source.write([moved.model_copy(update={"child_id": ChildId("C10")})])

        assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids == {"C2", "C10"}

    @must("RK-C-124")
    def test_a_change_of_workers_or_leave_concerns_everybody(self, opened: Open) -> None:
        """The duty to answer moves with leave, and a manager may be another.

        Remedy: answer with child_ids None.
        """
        for kind in ("workers", "absences"):
            source = self._kept(opened)
            row = loaded(EVERY_KIND, kind)[0]
            changed = {"team": "South"} if kind == "workers" else {"ends_at": NOW}
            source.write([row.model_copy(update=changed)])
            assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids is None, kind

    @must("RK-C-125")
    def test_other_rules_concern_everybody(self, opened: Open) -> None:
        """A new policy may make anybody's clock due.

        Remedy: keep the rules' version with the looks, and compare it.
        """
        source = self._kept(opened)

        assert source.changes_since(rules="rules 2", now=NOW + _MINUTE).child_ids is None

    @must("RK-C-126")
    def test_after_an_hour_everybody_is_looked_at_again(self, opened: Open) -> None:
        """What a source could not hear of is found before long.

        Remedy: keep when every child was last looked at; at one hour the answer is None.
        """
        source = self._kept(opened)
        hour = timedelta(hours=1)

        assert source.changes_since(rules=_RULES, now=NOW + hour - _MINUTE).child_ids == frozenset()
        assert source.changes_since(rules=_RULES, now=NOW + hour).child_ids is None

    @must("RK-C-127")
    def test_a_child_whose_moment_has_come_is_looked_at(self, opened: Open) -> None:
        """A clock runs out without anybody writing anything.

        Remedy: look_at <= now.
        """
        look = NextLook(ChildId("C2"), "C2/clock", NOW + 10 * _MINUTE, NOW + 20 * _MINUTE)
        source = self._kept(opened, look)

        assert source.changes_since(rules=_RULES, now=NOW + 9 * _MINUTE).child_ids == frozenset()
        assert source.changes_since(rules=_RULES, now=NOW + 10 * _MINUTE).child_ids == {"C2"}

    @must("RK-C-128")
    def test_a_child_whose_message_waits_is_looked_at(self, opened: Open) -> None:
        """Before it is handed over, somebody has to see whether the child was answered.

        Remedy: add the children of the outbox's rows that wait or are claimed, whenever they may be tried.
        """
        source = self._kept(opened)
        step = an_escalation(child_id=ChildId("C10"))
        source.record_escalations([step], now=NOW, notifiers=["kit"])
        assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids == {"C10"}

        [row] = source.claim("kit", now=NOW, lease=_MINUTE)
        source.mark_failed(row, now=NOW, retry_at=NOW + 9 * _MINUTE, why="its server is down")
        assert source.changes_since(rules=_RULES, now=NOW + _MINUTE).child_ids == {"C10"}

    @must("RK-C-129")
    def test_what_is_written_during_a_pass_comes_up_in_the_next(self, opened: Open) -> None:
        """The pass has read the child before; nobody else will look.

        Remedy: let go only of the changes that the answer names, and of none that came later.
        """
        source = self._kept(opened)
        source.write([_a_message("M50", "C2")])
        answer = source.changes_since(rules=_RULES, now=NOW + _MINUTE)
        source.write([_a_message("M51", "C2"), _a_message("M52", "C10")])

        is_kept = source.keep_looks(answer, [], rules=_RULES, now=NOW + _MINUTE)
        assert is_kept, "came False, expected True: nobody was faster"
        assert source.changes_since(rules=_RULES, now=NOW + 2 * _MINUTE).child_ids == {"C2", "C10"}

    @must("RK-C-130")
    def test_of_two_passes_at_once_one_keeps_its_looks(self, opened: Open) -> None:
        """The slower one has read what the quicker has changed.

        Remedy: compare the revision, return False, and change nothing.
        """
        source = self._kept(opened)
        slow, quick = (source.changes_since(rules=_RULES, now=NOW + _MINUTE) for _ in range(2))
        look = NextLook(ChildId("C2"), "C2/clock", NOW + _MINUTE, NOW + _MINUTE)

        is_first = source.keep_looks(quick, [], rules=_RULES, now=NOW + _MINUTE)
        assert is_first, "came False, expected True: nobody was faster"
        is_second = source.keep_looks(slow, [look], rules=_RULES, now=NOW + _MINUTE)
        assert not is_second, "came True, expected False: another pass was faster"
        assert source.changes_since(rules=_RULES, now=NOW + 2 * _MINUTE).child_ids == frozenset()

    @must("RK-C-131")
    def test_it_counts_what_is_overdue_by_the_looks_that_were_kept(self, opened: Open) -> None:
        """A pass that looks at few children still says how many wait.

        Remedy: count due_at < now; leave out the children that are named.
        """
        looks = [
            NextLook(ChildId("C2"), "a", None, NOW),
            NextLook(ChildId("C10"), "b", None, NOW - _MINUTE),
            NextLook(ChildId("C10"), "", NOW + _MINUTE, None),
        ]
        source = self._kept(opened, *looks)

        assert source.overdue_clocks(now=NOW) == 1
        assert source.overdue_clocks(now=NOW + _MINUTE) == 2
        assert source.overdue_clocks(now=NOW + _MINUTE, without=["C10"]) == 1

    @must("RK-C-132")
    def test_a_moment_without_a_zone_is_refused_here_too(self, opened: Open) -> None:
        """A pass that believes it is an hour later looks at nobody for an hour.

        Remedy: raise NaiveMomentError (a ValueError) for a naive now.
        """
        source = self._source(opened)
        with pytest.raises(ValueError, match="zone"):
            source.changes_since(rules=_RULES, now=NOW.replace(tzinfo=None))

    def _source(self, opened: Open) -> Any:
        source = opened(EVERY_KIND)
        self.keeper(source, SupportsChangesSince)
        assert isinstance(source, SupportsOutbox), "came a source without an outbox, expected SupportsOutbox"
        return source

    def _kept(self, opened: Open, *looks: NextLook) -> Any:
        """Return the source after a pass that looked at every child."""
        source = self._source(opened)
        answer = source.changes_since(rules=_RULES, now=NOW)
        is_kept = source.keep_looks(answer, looks, rules=_RULES, now=NOW)
        assert is_kept, "came False, expected True: nobody was faster"
        return source


def _a_message(name: str, child_id: str) -> Message:
    row = {"id": name, "child_id": child_id, "at": NOW, "direction": "from_child", "channel": "text"}
    return Message.model_validate(row)
