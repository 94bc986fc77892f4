"""What changed in how often children must be seen, and whom it concerns."""

from datetime import date, timedelta

from relationkit.england import Standing
from relationkit.records import Placement
from relationkit.visits import VISIT_RULES, VisitRule, visit_rule_changes

LONG_AGO, CHANGED, TODAY, DAY = date(2020, 1, 1), date(2025, 3, 10), date(2025, 3, 24), timedelta(days=1)


def a_rule(days: int, day: date = LONG_AGO, **fields: object) -> VisitRule:
    facts = {"regime": "fostering", "name": "Fostering", "then_at_most_days": days, "standing": Standing.LAW}
    return VisitRule.model_validate({**facts, "source": "made up", "in_force_from": day, **fields})


def lived(child: str = "C1", **fields: object) -> Placement:
    facts = {"id": f"P-{child}", "child_id": child, "regime": "fostering", "started_on": LONG_AGO}
    return Placement.model_validate({**facts, **fields})


def test_a_new_figure_is_a_change_from_its_day_on() -> None:
    old, new = a_rule(42), a_rule(28, CHANGED)

    [change] = visit_rule_changes([new, old], since=CHANGED - DAY, on=CHANGED)

    assert (change.regime, change.changed_on, change.before, change.after) == ("fostering", CHANGED, (old,), (new,))
    assert visit_rule_changes([new, old], since=CHANGED, on=TODAY) == ()
    assert visit_rule_changes([new, old], since=LONG_AGO, on=CHANGED - DAY) == ()


def test_changes_come_by_day_and_then_by_regime() -> None:
    days = {"b": CHANGED, "a": CHANGED, "c": CHANGED - DAY}
    rows = [row for regime, day in days.items() for row in (a_rule(42, regime=regime), a_rule(28, day, regime=regime))]

    assert [change.regime for change in visit_rule_changes(rows, since=LONG_AGO, on=TODAY)] == ["c", "a", "b"]


def test_another_source_changes_nothing_for_a_child() -> None:
    rows = [a_rule(42), a_rule(42, CHANGED, source="another page")]

    assert visit_rule_changes(rows, since=LONG_AGO, on=TODAY) == ()


def test_a_local_rule_that_begins_or_ends_is_a_change() -> None:
    law, local = a_rule(42), a_rule(28, LONG_AGO + DAY, standing=Standing.LOCAL, in_force_until=CHANGED)

    begun, ended = (
        visit_rule_changes([law, local], since=since, on=on)
        for since, on in ((LONG_AGO, LONG_AGO + DAY), (CHANGED - DAY, TODAY))
    )

    assert [(change.changed_on, change.after) for change in begun] == [(LONG_AGO + DAY, (law, local))]
    assert [(change.changed_on, change.after) for change in ended] == [(CHANGED, (law,))]


def test_the_law_that_ships_did_not_change_of_late() -> None:
    assert visit_rule_changes(VISIT_RULES, since=date(2024, 4, 1), on=date(2025, 4, 1)) == ()


def test_it_concerns_who_lived_there_before_it_and_does_still() -> None:
    [change] = visit_rule_changes([a_rule(42), a_rule(28, CHANGED)], since=LONG_AGO, on=TODAY)

    assert change.children(
        [
            lived("before", started_on=CHANGED - DAY),
            lived("with it", started_on=CHANGED),
            lived("elsewhere", regime="short_breaks"),
            lived("over", ended_on=TODAY),
            lived("last day", ended_on=TODAY + DAY),
        ],
        on=TODAY,
    ) == {"before", "last day"}
