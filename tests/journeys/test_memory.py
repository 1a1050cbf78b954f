"""What was asked once is remembered, by several gateways together, and nobody can read it there."""

import re
import time
from pathlib import Path
from typing import Any

import redis

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from tests.journeys.queries import GROUPS, PROFILE
from tests.servers.redis_servers import RedisServer

IDENTITY = (
    "query($id: NationalId!) { person(nationalId: $id) { identity { lastName provenance { freshness ageSeconds } } } }"
)


def freshness(gateway: GatewayInTest) -> str:
    person = gateway.data(IDENTITY, {"id": code("sara")})["person"]
    said: str = person["identity"]["provenance"]["freshness"]
    return said


def test_what_one_gateway_asked_another_one_knows(twin: TwinInTest, own_redis: RedisServer, tmp_path: Path) -> None:
    key: dict[str, Any] = {"TAMIN_MASTER_KEY": "ab" * 32, "TAMIN_MEMORY": own_redis.url}
    with (
        served(twin.descriptor, tmp_path / "one", **key) as one,
        served(twin.descriptor, tmp_path / "two", **key) as two,
    ):
        assert freshness(one) == "LIVE"
        assert freshness(two) == "CACHED"
        one.data(PROFILE, {"id": code("sara")})
        twin.control.post("/_twin/reset")
        again = two.data(PROFILE, {"id": code("sara")})["person"]
        assert again["contributionSummary"]["provenance"]["freshness"] == "CACHED"
        assert twin.asked() == []
    with redis.Redis.from_url(own_redis.url) as client:
        names = list(client.scan_iter())
        assert len(names) >= len(GROUPS)
        held = b"".join(names) + b"".join(client.dump(name) or b"" for name in names)
    assert code("sara").encode() not in held
    assert again["identity"]["lastName"].encode() not in held
    assert not re.search(rb"[0-9]{10}", b"".join(names))


def test_a_dead_redis_is_a_miss_and_a_living_one_is_used_again(
    twin: TwinInTest, own_redis: RedisServer, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with served(twin.descriptor, log, TAMIN_MEMORY=own_redis.url, TAMIN_MEMORY_AGES__NEAR="0") as gateway:
        assert [freshness(gateway), freshness(gateway)] == ["LIVE", "CACHED"]
        own_redis.kill()
        assert [freshness(gateway) for _ in range(3)] == ["LIVE", "LIVE", "LIVE"]
        own_redis.start()
        for _ in range(200):
            if freshness(gateway) == "CACHED":
                break
            time.sleep(0.05)
        assert freshness(gateway) == "CACHED"


def test_one_process_remembers_by_itself(twin: TwinInTest, tmp_path: Path) -> None:
    with served(twin.descriptor, tmp_path / "log", TAMIN_MEMORY="process") as gateway:
        assert [freshness(gateway), freshness(gateway)] == ["LIVE", "CACHED"]
        missing = "query($id: NationalId!) { person(nationalId: $id) { pension { kind } identity { firstName } } }"
        for _ in range(2):
            gateway.data(missing, {"id": "9999999808"})
        assert twin.counts()["civil_registry"]["getEstelam3"] == 2, "that nobody has this code is remembered too"
