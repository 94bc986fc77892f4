"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import pytest

import relationkit

#: Alembic alone can import it, while it upgrades a database.
NO_MODULE = "relationkit.plugins.adapters.migrations.env"
MODULES = [
    module.name for module in pkgutil.walk_packages(relationkit.__path__, "relationkit.") if module.name != NO_MODULE
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(name)

    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)

    assert failed == 0
