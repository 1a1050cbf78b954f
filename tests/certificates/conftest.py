"""One certificate a session: making a PDF costs more than looking at it."""

import pytest
import strawberry

from gateway.schema import build_schema
from tests.certificates.issued import Issued
from tests.resolvers.conftest import World


@pytest.fixture(scope="session")
def issued() -> Issued:
    return Issued()


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
def world(schema: strawberry.Schema) -> World:
    return World(schema)
