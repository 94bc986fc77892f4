"""A council's own visit rules in a file."""

from datetime import date

import pytest

from relationkit.england import Standing
from relationkit.errors import InvalidRuleFileError
from relationkit.visits import VisitRule, visit_rules_from_toml

TOML = """
[[rules]]
regime = "child_in_need"
name = "Child in need, our promise"
first_within_days = 5
then_at_most_days = 28
source = "Exampleshire practice standard 4.1"
in_force_from = 2024-04-01
"""


def test_a_row_in_a_file_is_local_without_saying_so() -> None:
    assert visit_rules_from_toml(TOML) == (
        VisitRule(
            regime="child_in_need",
            name="Child in need, our promise",
            first_within_days=5,
            then_at_most_days=28,
            standing=Standing.LOCAL,
            source="Exampleshire practice standard 4.1",
            in_force_from=date(2024, 4, 1),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("first_within_days", "first_within_day", r"visits.toml, rules 1, first_within_day: is not a field"),
        ("= 28", "= 0", r"rules 1, then_at_most_days: cannot be"),
        ("= 28", "= 28\nthen_at_most_months = 1", r"then_at_most is given in days and in months"),
        ("in_force_from = 2024-04-01", "", r"rules 1, in_force_from: is missing"),
        ("in_force_from = 2024-04-01", 'in_force_from = 2024-04-01\nstanding = "law"', r"standing is not local"),
        ("[[rules]]", "[rules]", r"rules: is missing. Write at least one table \[\[rules\]\]"),
        ("[[rules]]", "[[rule]]", r"rule: is not a table of this file"),
        ("= 5", "= five", r"is not TOML"),
    ],
)
def test_a_slip_is_named_with_its_place(old: str, new: str, what: str) -> None:
    with pytest.raises(InvalidRuleFileError, match=what):
        visit_rules_from_toml(TOML.replace(old, new))


def test_every_slip_is_named_at_once() -> None:
    with pytest.raises(InvalidRuleFileError) as refusal:
        visit_rules_from_toml(TOML.replace("= 28", "= 0") + TOML.replace("= 5", "= -1") + TOML + TOML)

    assert [problem.where for problem in refusal.value.problems] == [
        "visits.toml, rules 1",
        "visits.toml, rules 2",
        "visits.toml, rules 4",
    ]
