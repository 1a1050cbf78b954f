"""Kaveh, as each journey of an employer finds him: his workshop has agreed to electronic notice."""

import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest
from tests.journeys.services.workshops import Employer


@pytest.fixture
def kaveh(gateway: GatewayInTest, twin: TwinInTest) -> Employer:
    employer = Employer(gateway, twin)
    employer.agreed()
    twin.reset()  # the counter's files stand still again
    return employer
