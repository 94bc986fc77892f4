"""A council's own feedback forms, offered by a plugin."""

from collections.abc import Iterable

import pytest

from relationkit.errors import PluginError
from relationkit.feedback import SHIPPED_FORMS, FeedbackForm
from relationkit.plugins import create_plugin_manager, hookimpl, offered_feedback_forms


def a_form(form_id: str = "ours", version: int = 1, language: str = "en") -> FeedbackForm:
    return SHIPPED_FORMS[0].model_copy(update={"id": form_id, "version": version, "language": language})


def a_plugin(*forms: FeedbackForm) -> object:
    class Plugin:
        @hookimpl
        def relationkit_feedback_forms(self) -> Iterable[FeedbackForm]:
            return forms

    return Plugin()


def test_without_plugins_nothing_is_added_to_what_is_shipped() -> None:
    assert offered_feedback_forms(create_plugin_manager()).whole() == ()


def test_versions_and_languages_of_one_form_stand_side_by_side() -> None:
    manager = create_plugin_manager()
    forms = a_form(), a_form(language="cy"), a_form(version=2)
    manager.register(a_plugin(*reversed(forms)), name="ours")

    assert set(offered_feedback_forms(manager).whole()) == set(forms)


def test_a_form_that_a_plugin_offers_twice_fails_the_plugin() -> None:
    manager = create_plugin_manager()
    manager.register(a_plugin(a_form(), a_form()), name="ours")

    with pytest.raises(PluginError, match="twice"):
        offered_feedback_forms(manager).whole()


def test_a_form_that_two_plugins_offer_is_used_from_neither() -> None:
    manager = create_plugin_manager()
    for name in ("one", "two"):
        manager.register(a_plugin(a_form()), name=name)

    with pytest.raises(PluginError, match="the feedback form name 'ours' is offered by 'one'"):
        offered_feedback_forms(manager).whole()
