"""A council's own handover templates and visit rules, offered by a plugin."""

from collections.abc import Iterable
from datetime import date

import pytest

from relationkit.england import Standing
from relationkit.errors import PluginError
from relationkit.handovers import PLANNED_HANDOVER, HandoverTemplate
from relationkit.plugins import (
    create_plugin_manager,
    hookimpl,
    offered_handover_templates,
    offered_visit_rules,
)
from relationkit.visits import VisitRule


def a_rule(regime: str = "with_family", day: date = date(2024, 4, 1)) -> VisitRule:
    return VisitRule(
        regime=regime,
        name="Our promise",
        first_within_days=5,
        standing=Standing.LOCAL,
        source="Exampleshire practice standard 4.1",
        in_force_from=day,
    )


def a_template(name: str = "ours", day: date = date(2025, 1, 1)) -> HandoverTemplate:
    return PLANNED_HANDOVER.model_copy(update={"name": name, "in_force_from": day})


def a_plugin(*, rules: Iterable[VisitRule] = (), templates: Iterable[HandoverTemplate] = ()) -> object:
    class Plugin:
        @hookimpl
        def relationkit_visit_rules(self) -> Iterable[VisitRule]:
            return rules

        @hookimpl
        def relationkit_handover_templates(self) -> Iterable[HandoverTemplate]:
            return templates

    return Plugin()


def test_without_plugins_nothing_is_added_to_what_is_shipped() -> None:
    manager = create_plugin_manager()

    assert offered_visit_rules(manager).whole() == ()
    assert offered_handover_templates(manager).whole() == ()


def test_versions_come_oldest_first() -> None:
    manager = create_plugin_manager()
    old, new = a_rule(day=date(2023, 4, 1)), a_rule()
    early, late = a_template(), a_template(day=date(2026, 1, 1))
    manager.register(a_plugin(rules=[new, old], templates=[late, early]), name="ours")

    assert offered_visit_rules(manager).whole() == (old, new)
    assert offered_handover_templates(manager).whole() == (early, late)
    assert offered_handover_templates(manager).named("ours") == late


def test_a_regime_or_a_template_that_two_plugins_offer_is_used_from_neither() -> None:
    manager = create_plugin_manager()
    for name in ("one", "two"):
        manager.register(a_plugin(rules=[a_rule()], templates=[a_template()]), name=name)

    with pytest.raises(PluginError, match="the visit rule name 'with_family' is offered by 'one'"):
        offered_visit_rules(manager).whole()
    with pytest.raises(PluginError, match="the handover template name 'ours' is offered by 'one'"):
        offered_handover_templates(manager).whole()
