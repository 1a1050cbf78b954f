"""One twin and one gateway a test worker; each test finds the twin without faults and its counts at zero."""

import json
import os
import sys
from collections.abc import Iterator

import pytest

from tests.journeys.processes import PEOPLE, SEED, GatewayInTest, TwinInTest, served, started
from twin.population import build_world
from twin.world import World


@pytest.fixture(scope="session")
def running_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinInTest]:
    command = [sys.executable, "-m", "twin", "--people", str(PEOPLE), "--seed", str(SEED)]
    log = tmp_path_factory.mktemp("twin") / "log"
    with started(command, dict(os.environ), log, '"control"') as line:
        twin = TwinInTest(json.loads(line))
        yield twin
        twin.control.close()


@pytest.fixture(scope="session")
def running_gateway(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    with served(running_twin.descriptor, tmp_path_factory.mktemp("gateway") / "log") as gateway:
        yield gateway


@pytest.fixture
def twin(running_twin: TwinInTest) -> TwinInTest:
    running_twin.reset()
    return running_twin


@pytest.fixture
def gateway(running_gateway: GatewayInTest, twin: TwinInTest) -> GatewayInTest:
    running_gateway.is_called_by_the_bank(twin.descriptor["control"])
    return running_gateway


@pytest.fixture(scope="session")
def world() -> World:
    """The same country that the twin plays."""
    return build_world(SEED, PEOPLE)


@pytest.fixture(scope="session")
def everyone(world: World) -> list[str]:
    """National codes of all whom the registry shows."""
    return [code for code, person in world.people.items() if not person.withheld]
