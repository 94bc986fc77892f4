"""relationkit's kit over Brookside's stand-in. Everybody in it is made up."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import pytest
from brookside_relationkit.reader import TOKEN_VARIABLE, BrooksideReader
from stand_in import TOKEN, StandIn, served

from relationkit.errors import MissingSecretError, SourceUnavailableError, UnreadableSourceError
from relationkit.plugins.adapters.base import KIND_OF
from relationkit.plugins.testing import EMPTY, AdapterConformance, Scenario


class BrooksideHarness:
    """How the kit fills the source: straight into the server's lists, in Brookside's words."""

    def __init__(self, stand_in: StandIn, address: str) -> None:
        self.stand_in, self.address = stand_in, address

    def open(self) -> BrooksideReader:
        return BrooksideReader(self.address)

    def clear(self) -> None:
        self.load(EMPTY)

    def load(self, scenario: Scenario) -> None:
        self.stand_in.lists = {table.where: [] for table in BrooksideReader.tables.values()}
        for record in scenario.records:
            kind = KIND_OF[type(record)]
            if (table := BrooksideReader.tables.get(kind)) is not None:
                row = {
                    column: in_their_words(getattr(record, field), table.values.get(field))
                    for field, column in table.columns.items()
                }
                self.stand_in.lists[table.where].append(row)


def in_their_words(value: object, change: object) -> Any:
    """Return what Brookside has where relationkit has this value."""
    if isinstance(change, Mapping):
        return next((theirs for theirs, ours in change.items() if ours == value), None)
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("+00:00")
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    return value


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[StandIn, str]]:
    stand_in = StandIn()
    with served(stand_in.app) as address:
        yield stand_in, address


@pytest.fixture
def harness(server: tuple[StandIn, str], monkeypatch: pytest.MonkeyPatch) -> BrooksideHarness:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    harness = BrooksideHarness(*server)
    harness.stand_in.is_down = False
    harness.clear()
    return harness


class TestBrookside(AdapterConformance):
    """The kit over the reader."""

    #: What the interface holds of each record, where that is not every field.
    fields: ClassVar[Mapping[str, Collection[str]]] = {
        kind: tuple(table.columns) for kind, table in BrooksideReader.tables.items()
    }


def test_a_server_that_is_down_may_be_asked_again(harness: BrooksideHarness) -> None:
    harness.stand_in.is_down = True

    with pytest.raises(SourceUnavailableError, match="503"), harness.open() as reader:
        list(reader.children())


def test_nobody_there_at_all_is_said(harness: BrooksideHarness) -> None:
    with pytest.raises(SourceUnavailableError, match="did not answer"), BrooksideReader("http://127.0.0.1:9") as reader:
        list(reader.children())


def test_a_token_that_may_not_read_is_said_without_it(
    harness: BrooksideHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "another token")

    with pytest.raises(UnreadableSourceError, match="refused the token") as refusal, harness.open() as reader:
        list(reader.children())
    assert "another token" not in str(refusal.value)


def test_no_token_at_all_is_said(harness: BrooksideHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE)

    with pytest.raises(MissingSecretError, match=TOKEN_VARIABLE):
        harness.open()


def test_odd_rows_are_listed_and_the_others_read(harness: BrooksideHarness) -> None:
    harness.stand_in.lists["contacts"] = [
        {"ref": "1", "person": "K1", "when": "2025-06-02T09:00:00Z", "way": "IN", "by": "SMS"},
        {"ref": "2", "person": "K1", "when": "yesterday", "way": "IN", "by": "SMS"},
        {"ref": "3", "person": "K1", "when": "2025-06-02T10:00:00", "way": "IN", "by": "PIGEON"},
        {"ref": "4", "person": None, "when": "2025-06-02T11:00:00+01:00", "way": "IN", "by": "SMS", "subject": "hi"},
    ]
    with harness.open() as reader:
        assert [message.id for message in reader.messages()] == ["1"]
        assert [(problem.where, problem.field) for problem in reader.problems] == [
            ("contacts 2", "when"),
            ("contacts 3", "by"),
            ("contacts 4", "person"),
        ]
