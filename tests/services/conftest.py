"""The small world of back offices, without a graph over it."""

import pytest

from tests.resolvers.conftest import World


@pytest.fixture
def world() -> World:
    return World(None)  # type: ignore[arg-type]  # nothing here runs an operation
