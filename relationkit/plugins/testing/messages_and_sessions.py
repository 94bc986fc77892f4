"""Messages and sessions: what stops a clock, and what was seen, as they stand, with unknown as unknown."""
# ruff: noqa: S101 - these are tests

from typing import Any

from relationkit.plugins.ports import CaseReader
from relationkit.plugins.testing.catalogue import must
from relationkit.plugins.testing.kit import Kit, loaded, read
from relationkit.plugins.testing.scenarios import EVERY_KIND
from relationkit.sla import DEFAULT_POLICIES, track_responses

_FOR_CLOCKS = ("id", "child_id", "at", "direction", "channel", "kind", "needs_reply", "thread")


class MessageTests(Kit):
    """A clock is started, joined and stopped by what the adapter says a message is."""

    @must("RK-C-080")
    def test_who_wrote_to_whom_is_told(self, reader: CaseReader) -> None:
        """Turned round, the child would be the one who has to answer.

        Remedy: map the system's incoming and outgoing to from_child and to_child.
        """
        self._alike(reader, "messages", "id", "direction")

    @must("RK-C-081")
    def test_an_automatic_reply_stays_automatic(self, reader: CaseReader) -> None:
        """The words "your message has been received" are no answer, and must not stop the clock.

        Remedy: map the system's mark to kind; without one, do not hold messages, or declare the gap, with how you know
        that the system sends no replies by itself.
        """
        self.held(reader, "messages")
        assert self._has("messages", "kind"), "messages: came without kind, expected to tell an automatic reply"
        self._alike(reader, "messages", "id", "kind")

    @must("RK-C-082")
    def test_a_message_that_needs_no_reply_says_so(self, reader: CaseReader) -> None:
        """A "Thanks!" waits for nobody, and who decided so is kept.

        Remedy: fill needs_reply, no_reply_by and no_reply_why, or declare in ``fields`` that they are not held.
        """
        self._alike(reader, "messages", "id", "needs_reply", "no_reply_by")

    @must("RK-C-083")
    def test_a_message_without_a_worker_has_none(self, reader: CaseReader) -> None:
        """A message to nobody in particular is the duty team's; a guessed worker would be blamed for it.

        Remedy: give None, and no unknown worker.
        """
        self._alike(reader, "messages", "id", "worker_id")

    @must("RK-C-084")
    def test_the_rules_wait_for_the_same_replies(self, reader: CaseReader) -> None:
        """This is what it is all for: who waits, since when, and whether they were answered.

        Remedy: the tests above say which field differs.
        """
        for name in _FOR_CLOCKS:
            self.held(reader, "messages", by=name)
        now = max(row.at for row in loaded(EVERY_KIND, "messages"))
        found, expected = (
            [(clock.id, clock.due_at, clock.answered_at) for clock in track_responses(some, DEFAULT_POLICIES, now=now)]
            for some in (read(reader, "messages"), loaded(EVERY_KIND, "messages"))
        )
        assert found == expected

    @must("RK-C-085")
    def test_what_became_of_a_session_is_told(self, reader: CaseReader) -> None:
        """A visit that was planned is not a visit that was held.

        Remedy: map the system's outcomes to status; what cannot be mapped is a problem, and not "held".
        """
        self._alike(reader, "sessions", "id", "status")

    @must("RK-C-086")
    def test_not_known_whether_a_child_was_seen_stays_not_known(self, reader: CaseReader) -> None:
        """Unknown is neither yes nor no: the rules say "could not be judged".

        Remedy: give None for an empty cell.
        """
        self._alike(reader, "sessions", "starts_at", "seen", "seen_alone")

    @must("RK-C-087")
    def test_leave_says_who_stands_in_and_what_the_child_is_told(self, reader: CaseReader) -> None:
        """The duty to answer moves to the cover, and some leave is nobody's business.

        Remedy: fill cover_id and tell_child; without an end it is open.
        """
        self._alike(reader, "absences", "worker_id", "starts_at", "cover_id", "tell_child")

    @must("RK-C-088")
    def test_a_placement_names_the_rule_it_stands_under(self, reader: CaseReader) -> None:
        """The regime sets how often a child must be seen.

        Remedy: map the system's placement types to the regimes of relationkit.england.
        """
        self._alike(reader, "placements", "child_id", "started_on", "regime")

    def _alike(self, reader: CaseReader, kind: str, *names: str) -> None:
        """Hold the named fields, those of them that the source can hold, to what was put in."""
        self.held(reader, kind, by=names[-1])
        fields = [name for name in names if self._has(kind, name)]

        def cells(rows: list[Any]) -> list[list[Any]]:
            return sorted(([getattr(row, name) for name in fields] for row in rows), key=repr)

        assert cells(read(reader, kind)) == cells(loaded(EVERY_KIND, kind))
