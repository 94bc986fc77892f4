"""Councils that several files look at; making one takes a second or two, so each is made once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from relationkit.records import Assignment
from relationkit.samples import SampleCouncil

NOW = datetime(2025, 9, 18, 14, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def council() -> SampleCouncil:
    return SampleCouncil(300, seed=7, now=NOW)


@pytest.fixture(scope="session")
def assignments(council: SampleCouncil) -> Mapping[str, list[Assignment]]:
    """The assignments of each child."""
    rows: defaultdict[str, list[Assignment]] = defaultdict(list)
    for row in council.assignments():
        rows[row.child_id].append(row)
    return rows
