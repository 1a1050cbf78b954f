"""An agency's quota counts the persons whose data it was given, and its calls are what was really asked."""

import re
from collections.abc import Iterator

import httpx
import pytest

from gateway.sandbox.papers import SHIPPED
from tests.journeys.processes import GatewayInTest, TwinInTest, code, served

QUOTA = 12
NAMES = "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code person { identity { firstName } } } }"


@pytest.fixture(scope="module")
def court(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    """A gateway whose contract with the court gives it a dozen persons a day, and which remembers facts."""
    folder = tmp_path_factory.mktemp("court")
    contract = (SHIPPED["contracts"] / "court.toml").read_text()
    (folder / "court.toml").write_text(re.sub(r"daily_quota = \d+", f"daily_quota = {QUOTA}", contract))
    with served(
        running_twin.descriptor,
        folder / "log",
        TAMIN_CONTRACTS=str(folder),
        TAMIN_REGISTERS=str(SHIPPED["registers"]),
        TAMIN_MEMORY="process",
        TAMIN_LIMITS='{"agency": {"calls_per_day": {"civil_registry": 1000}}}',
    ) as gateway:
        yield gateway


def remaining(response: httpx.Response, policy: str) -> int:
    said = re.search(rf'"{policy}";r=(\d+)', response.headers["ratelimit"])
    assert said, response.headers["ratelimit"]
    return int(said[1])


def test_persons_and_calls_that_were_not_used_are_given_back(court: GatewayInTest, twin: TwinInTest) -> None:
    """Sara and Reza are before this court; Mina is not, and the last is nobody's code."""
    ids = [code("sara"), code("reza"), code("mina"), "12"]
    first = court.post(NAMES, {"ids": ids}, whom="agency:court")
    assert [item["code"] for item in first.json()["data"]["persons"]] == [None, None, "FORBIDDEN", "BAD_USER_INPUT"]
    assert remaining(first, "persons") == QUOTA - 4  # reserved
    second = court.post(NAMES, {"ids": ids}, whom="agency:court")
    assert remaining(second, "persons") == QUOTA - 2 - 4
    assert remaining(second, "calls-civil-registry-day") == 1000 - 2 - 4
    third = court.post(NAMES, {"ids": ids[:1]}, whom="agency:court")  # the second asked nobody: it was remembered
    assert remaining(third, "calls-civil-registry-day") == 1000 - 2 - 1
    assert remaining(third, "persons") == QUOTA - 4 - 1
    assert twin.counts()["civil_registry"]["getEstelam3"] == 2
    refused = court.post(NAMES, {"ids": ids * 2}, whom="agency:court")
    assert refused.status_code == 429
    extensions = refused.json()["errors"][0]["extensions"]
    assert (extensions["code"], extensions["limit"]) == ("RATE_LIMITED", "persons")
    assert 0 < extensions["retryAfter"] <= 86_400
    assert refused.headers["retry-after"] == str(extensions["retryAfter"])
