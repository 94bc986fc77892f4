"""A password is never printed, wherever it stands in the source and whichever part of the source was forgotten."""

import pytest

from relationkit.errors import RelationkitError, SourceError, UnknownAdapterError, shown_source
from relationkit.plugins import create_plugin_manager, open_adapter
from relationkit.plugins.adapters import MemoryAdapter, SqlAdapter


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("sql:postgresql://ann:s3cret@db.example/cases", "sql:postgresql://***@db.example/cases"),
        ("postgresql://ann:s3cret@db.example:5432/cases", "postgresql://***@db.example:5432/cases"),
        ("sql:postgresql://ann:s3@cret@db.example/cases", "sql:postgresql://***@db.example/cases"),
        ("sql:postgresql://ann:s3@cr@et@[::1]:5432/cases", "sql:postgresql://***@[::1]:5432/cases"),
        ("sql:postgresql://ann:s3#cret@db.example/cases", "sql:postgresql://***@db.example/cases"),
        ("sql:postgresql://ann:s3/cret@db.example/cases", "sql:postgresql://***"),
        ("sql:postgresql://ann:s3?cret@db.example/cases", "sql:postgresql://***"),
        ("sql:postgresql:///ann:s3cret@db.example/cases", "sql:postgresql://***"),
        ("sql:postgresql://ann:s3cret/cases", "sql:postgresql://***"),
        ("sql:postgresql://ann:s3cret", "sql:postgresql://***"),
        ("sql:postgresql://db.example/cases?user=ann&password=s3cret", "sql:postgresql://db.example/cases"),
        ("sql:postgresql://db.example?password=s3@cret", "sql:postgresql://***"),
        ("sql:postgresql://db.example:5432/cases", "sql:postgresql://db.example:5432/cases"),
        ("sql:sqlite:////home/ann@office/case.db", "sql:sqlite:////home/ann@office/case.db"),
        ("sql:case.db", "sql:case.db"),
        ("csv:exports/ann@office/?", "csv:exports/ann@office/?"),
        ("", ""),
    ],
)
def test_a_source_is_shown_without_what_a_url_keeps_secret(source: str, shown: str) -> None:
    assert shown_source(source) == shown
    assert shown_source(shown) == shown


@pytest.mark.parametrize(
    "source",
    [
        "postgresql://ann:s3cret@127.0.0.1:1/cases",
        "postgresql//ann:s3cret@127.0.0.1:1/cases",
        "ann:s3cret@127.0.0.1:1/cases",
        "s3cret@127.0.0.1",
    ],
)
def test_whoever_forgets_the_adapter_is_told_so_without_the_password(source: str) -> None:
    with pytest.raises(UnknownAdapterError) as refusal:
        open_adapter(source, create_plugin_manager())

    error = refusal.value
    assert "s3cret" not in f"{error} {error!r} {error.source} {error.name} {error.what}"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ann:s3c@ret@127.0.0.1:1/cases",
        "postgresql://ann:s3c/ret@127.0.0.1:1/cases",
        "postgresql://ann:s3c@127.0.0.1:1/cases?password=ret&connect_timeout=1",
        "postgresql://ann:s3c@ret:port/cases",
        "mysql://ann:s3c@ret@127.0.0.1/cases",
    ],
)
def test_a_database_that_cannot_be_opened_is_told_without_any_part_of_the_password(address: str) -> None:
    with pytest.raises(RelationkitError) as refusal:
        open_adapter(f"sql:{address}", create_plugin_manager())

    assert not any(part in str(refusal.value) for part in ("ann", "s3c", "ret"))


def test_half_a_password_is_never_taken_for_a_server() -> None:
    with pytest.raises(SourceError, match="Write the @ of a password as %40"):
        SqlAdapter("postgresql://ann:s3c@ret@127.0.0.1:1/cases")


def test_a_reader_keeps_no_password() -> None:
    assert MemoryAdapter("https://ann:s3cret@case.example/api").source == "memory:https://***@case.example/api"
