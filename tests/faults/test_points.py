"""The points at which `make faults` lets processes die are still there: a renamed function would never be come to."""

from importlib import import_module

import pytest

from tests.faults.points import POINTS


@pytest.mark.parametrize("name", POINTS)
def test_a_point_is_a_function_of_today(name):
    module, _, cls = POINTS[name].where.partition(":")
    owner = getattr(import_module(module), cls) if cls else import_module(module)
    assert callable(getattr(owner, POINTS[name].function))
