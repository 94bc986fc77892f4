"""The contract: an adapter is a reader, and what was put in comes out, each once, every time it is asked."""
# ruff: noqa: S101 - these are tests

import inspect
from itertools import zip_longest

from relationkit.errors import shown_source
from relationkit.plugins.adapters.base import RECORD_OF
from relationkit.plugins.ports import CaseReader
from relationkit.plugins.specs import KINDS
from relationkit.plugins.testing.catalogue import must, should
from relationkit.plugins.testing.harness import WatchedHarness
from relationkit.plugins.testing.kit import Kit, Open, loaded, read
from relationkit.plugins.testing.scenarios import EMPTY, EVERY_KIND


class ContractTests(Kit):
    """What the port says of every reader."""

    @must("RK-C-001")
    def test_it_is_a_reader(self, reader: CaseReader) -> None:
        """The rules take any object with the methods and attributes of CaseReader, and nothing less.

        Remedy: give every one of them; RowReader and StreamedReader have them.
        """
        lacking = [name for name in dir(CaseReader) if not name.startswith("_") and not hasattr(reader, name)]

        assert lacking == []
        assert isinstance(reader, CaseReader), "came something else, expected a CaseReader"

    @must("RK-C-002")
    def test_its_methods_take_what_the_port_says(self, reader: CaseReader) -> None:
        """Commands pass the filters by name, and a filter that is missing or called otherwise is a crash.

        Remedy: copy the signatures of CaseReader, keyword-only and with None as what each is without.
        """
        for kind in KINDS:
            given = inspect.signature(getattr(reader, kind)).parameters
            wanted = [name for name in inspect.signature(getattr(CaseReader, kind)).parameters if name != "self"]
            assert {name for name in wanted if name in given and given[name].default is None} == set(wanted), kind

    @must("RK-C-003")
    def test_it_says_what_it_holds(self, reader: CaseReader) -> None:
        """Rules ask what is held before they judge.

        Remedy: make capabilities a frozenset of at least one of relationkit.plugins.KINDS.
        """
        assert type(reader.capabilities) is frozenset
        assert reader.capabilities, "came no kind, expected at least one"
        assert reader.capabilities <= set(KINDS)

    @must("RK-C-004")
    def test_its_source_is_what_users_write_without_a_password(self, reader: CaseReader) -> None:
        """The source stands in every report and error.

        Remedy: make it "ADAPTER:WHERE", and pass it through relationkit.errors.shown_source.
        """
        assert ":" in reader.source, "came a source without a colon, expected ADAPTER:WHERE"
        assert reader.source == shown_source(reader.source)

    @must("RK-C-005")
    def test_its_caveats_are_sentences(self, reader: CaseReader) -> None:
        """What a reader of the results must know is printed beside them.

        Remedy: make caveats a tuple of sentences, empty where there is nothing to say.
        """
        assert type(reader.caveats) is tuple
        assert [caveat for caveat in reader.caveats if not str(caveat).strip()] == []

    @must("RK-C-006")
    def test_everything_put_in_comes_out(self, reader: CaseReader) -> None:
        """A lost record is a child not seen, and a changed one a child misjudged.

        Remedy: compare the fields that differ; declare in ``fields`` what the source cannot hold.
        """
        for kind in sorted(reader.capabilities):
            found, put_in = (self.shown(kind, rows) for rows in (read(reader, kind), loaded(EVERY_KIND, kind)))
            assert sorted(found, key=repr) == sorted(put_in, key=repr), kind

    @must("RK-C-007")
    def test_records_are_the_houses_own(self, reader: CaseReader) -> None:
        """A dict, or a class that looks alike, passes no rule's checks.

        Remedy: make the records of relationkit.records, and of the kind that was asked for.
        """
        for kind in sorted(reader.capabilities):
            assert {type(row) for row in read(reader, kind)} <= {RECORD_OF[kind]}, kind

    @must("RK-C-008")
    def test_nothing_comes_twice(self, reader: CaseReader) -> None:
        """A doubled record counts twice: one worker change becomes two.

        Remedy: look for a join that repeats rows, or a page that is read again.
        """
        for kind in sorted(reader.capabilities - {"absences"}):
            ids = [row.id for row in read(reader, kind)]
            assert len(ids) == len(set(ids)), kind

    @must("RK-C-009")
    def test_an_empty_source_answers_with_nothing(self, opened: Open) -> None:
        """Empty is an answer, and not an error.

        Remedy: return an empty iterator for a kind that is held and has no rows.
        """
        reader = opened(EMPTY)

        assert [row for kind in sorted(reader.capabilities) for row in read(reader, kind)] == []

    @must("RK-C-010")
    def test_good_records_are_no_problem(self, reader: CaseReader) -> None:
        """A list of problems that cries wolf is not read.

        Remedy: list only what was refused or read otherwise than it stands.
        """
        for kind in sorted(reader.capabilities):
            read(reader, kind)

        assert list(reader.problems) == []

    @must("RK-C-011")
    def test_an_answer_is_an_iterator(self, reader: CaseReader) -> None:
        """Rules take record by record; a list of 3,000,000 would have to sit in memory first.

        Remedy: return an iterator, such as a generator.
        """
        for kind in sorted(reader.capabilities):
            answer = getattr(reader, kind)()
            assert iter(answer) is answer, f"{kind}: came a {type(answer).__name__}, expected an iterator"

    @must("RK-C-012")
    def test_asked_twice_it_says_the_same(self, reader: CaseReader) -> None:
        """A rule that reads a second time must not find the source read empty.

        Remedy: make a fresh iterator at each call.
        """
        for kind in sorted(reader.capabilities):
            first = read(reader, kind)
            assert read(reader, kind) == first, kind
            assert first, f"{kind}: came nothing, expected at least one record"

    @must("RK-C-013")
    def test_several_streams_run_side_by_side(self, reader: CaseReader) -> None:
        """Rules join streams: children beside their assignments.

        Remedy: give each call its own cursor.
        """
        for kind in sorted(reader.capabilities):
            pairs = list(zip_longest(getattr(reader, kind)(), getattr(reader, kind)()))
            assert [left for left, _ in pairs] == [right for _, right in pairs], kind
            assert [left for left, _ in pairs] == read(reader, kind), kind

    @must("RK-C-014")
    def test_a_stream_may_be_left_half_way(self, reader: CaseReader) -> None:
        """Whoever looks for one record stops when it is found.

        Remedy: let go of cursors when a generator is closed.
        """
        for kind in sorted(reader.capabilities):
            stream = getattr(reader, kind)()
            first = next(stream)
            del stream
            assert read(reader, kind)[:1] == [first], kind

    @must("RK-C-015")
    def test_opened_twice_it_says_the_same(self, opened: Open) -> None:
        """A calendar feed and a nightly pass read the same source at once.

        Remedy: lock nothing that is only read, and hand out the same ids each time.
        """
        reader = opened(EVERY_KIND)
        other = opened(None)

        for kind in sorted(reader.capabilities):
            assert read(reader, kind) == read(other, kind), kind

    @must("RK-C-016")
    def test_it_closes_with_its_block_and_hides_no_error(self, watched: WatchedHarness) -> None:
        """An error that the block swallows is a report that is silently incomplete.

        Remedy: return self from __enter__, and nothing from __exit__.
        """
        watched.clear()
        reader = watched.open()

        entered = reader.__enter__()  # step by step, to see what each gives back
        assert entered is reader, "came another object from __enter__(), expected the reader itself"
        hides = reader.__exit__(ZeroDivisionError, ZeroDivisionError(), None)  # type: ignore[func-returns-value]  # what an adapter may get wrong
        assert not hides, "came a true value from __exit__(), expected None"

    @must("RK-C-017")
    def test_closing_twice_does_nothing_more(self, watched: WatchedHarness) -> None:
        """A block closes what its caller has closed already.

        Remedy: let close() let go of what is held, and be called again.
        """
        watched.clear()
        watched.load(EVERY_KIND)
        with watched.open() as reader:
            read(reader, min(reader.capabilities))
        reader.close()
        reader.close()

    @must("RK-C-018")
    def test_the_harness_can_empty_what_it_filled(self, watched: WatchedHarness) -> None:
        """What one test leaves behind would be found by the next: this one is about the harness.

        Remedy: let clear() take out everything, whoever put it in.
        """
        watched.clear()
        watched.load(EVERY_KIND)
        watched.clear()

        with watched.open() as reader:
            assert [kind for kind in sorted(reader.capabilities) if read(reader, kind)] == []

    @should("RK-C-019")
    def test_what_it_says_about_itself_does_not_change(self, reader: CaseReader) -> None:
        """A report names source, kinds and caveats at its head, before anything is read.

        Remedy: settle them when the source is opened.
        """
        before = (reader.source, reader.capabilities, reader.caveats)
        for kind in sorted(reader.capabilities):
            read(reader, kind)

        assert (reader.source, reader.capabilities, reader.caveats) == before
