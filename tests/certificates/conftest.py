"""One certificate a session: making a PDF costs more than looking at it."""

import pytest

from tests.certificates.issued import Issued


@pytest.fixture(scope="session")
def issued() -> Issued:
    return Issued()
