"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import pytest

import relationkit

MODULES = [module.name for module in pkgutil.walk_packages(relationkit.__path__, "relationkit.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_are_true(name: str) -> None:
    module = importlib.import_module(name)

    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)

    assert failed == 0
