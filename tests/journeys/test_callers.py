"""Callers over the whole: issuer, gateway and back offices as processes of their own."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from tests.servers.redis_servers import RedisServer

ME = {"query": "{ me { nationalId } }"}
COURT = "agency:court"
TYPENAME = {"query": "{ __typename }"}


def asked(gateway: GatewayInTest, headers: dict[str, str], content: dict[str, Any] = ME) -> httpx.Response:
    return gateway.http.post("/graphql", json=content, headers=headers)


def proven(gateway: GatewayInTest, whom: str = COURT) -> dict[str, str]:
    """Good headers for one request, the gateway's nonce included."""
    url = f"{gateway.url}/graphql"
    headers = gateway.wallet.headers(whom, "POST", url)
    gateway.wallet.learned(asked(gateway, headers, TYPENAME))
    return gateway.wallet.headers(whom, "POST", url)


def test_a_citizen_is_who_the_token_says(gateway: GatewayInTest) -> None:
    assert gateway.data("{ me { nationalId } }", whom="citizen:sara") == {"me": {"nationalId": code("sara")}}


def test_an_opaque_token_is_good_until_the_issuer_takes_it_back(gateway: GatewayInTest, twin: TwinInTest) -> None:
    token = gateway.wallet.token("citizen:mina", opaque="1")
    headers = {"authorization": f"Bearer {token}"}
    assert asked(gateway, headers).json() == {"data": {"me": {"nationalId": code("mina")}}}
    other = gateway.wallet.token("citizen:mina", opaque="1")
    httpx.post(twin.descriptor["issuer"]["url"] + "/revoke", data={"token": other}).raise_for_status()
    assert asked(gateway, {"authorization": f"Bearer {other}"}).status_code == 401


def test_tokens_signed_with_a_new_key_are_good_at_once(gateway: GatewayInTest, twin: TwinInTest) -> None:
    before = gateway.wallet.token("citizen:sara")
    assert asked(gateway, {"authorization": f"Bearer {before}"}).status_code == 200
    twin.control.post("/_twin/issuer/rotate").raise_for_status()
    after = gateway.wallet.token("citizen:sara", scope="")
    assert asked(gateway, {"authorization": f"Bearer {after}"}).status_code == 200
    assert asked(gateway, {"authorization": f"Bearer {before}"}).status_code == 200


@pytest.mark.parametrize("more", [{"audience": "urn:other"}, {"expires_in": "-60"}], ids=str)
def test_a_token_for_others_or_of_yesterday_is_401(gateway: GatewayInTest, more: dict[str, str]) -> None:
    answer = asked(gateway, {"authorization": f"Bearer {gateway.wallet.token('citizen:sara', **more)}"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_an_agency_without_a_proof_is_401_and_is_told_how(gateway: GatewayInTest) -> None:
    for scheme in ("Bearer", "DPoP"):
        answer = asked(gateway, {"authorization": f"{scheme} {gateway.wallet.token(COURT)}"}, TYPENAME)
        assert answer.status_code == 401
        assert "DPoP error=" in answer.headers["www-authenticate"]
    metadata = httpx.get(f"{gateway.url}/.well-known/oauth-protected-resource/graphql").json()
    assert metadata["authorization_servers"]


def test_a_proof_opens_once(gateway: GatewayInTest) -> None:
    headers = proven(gateway)
    assert asked(gateway, headers, TYPENAME).status_code == 200
    again = asked(gateway, headers, TYPENAME)
    assert again.status_code == 401
    assert 'error="invalid_dpop_proof"' in again.headers["www-authenticate"]


def test_neither_token_nor_proof_nor_subject_stands_in_the_log(gateway: GatewayInTest) -> None:
    headers = proven(gateway)
    asked(gateway, headers, TYPENAME)
    asked(gateway, {"authorization": f"Bearer {gateway.wallet.token('citizen:sara')}x"})
    log = gateway.log.read_text()
    assert "tokens.refused" in log
    assert code("sara") not in log
    for secret in (headers["dpop"], headers["authorization"].split()[1], gateway.wallet.token("citizen:sara")):
        assert secret not in log
        assert secret.split(".")[1] not in log


@pytest.fixture(scope="module")
def replicas(
    running_twin: TwinInTest, running_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[GatewayInTest]]:
    """Two that share one master key, one Redis and one name."""
    shared: dict[str, Any] = {
        "TAMIN_MASTER_KEY": "5a" * 32,
        "TAMIN_TOKENS__REPLAY": running_redis.url,
        "TAMIN_HTTP__ORIGIN": "https://graph.example.ir",
    }
    folders = [tmp_path_factory.mktemp("replica") for _ in range(2)]
    with (
        served(running_twin.descriptor, folders[0] / "log", **shared) as one,
        served(running_twin.descriptor, folders[1] / "log", **shared) as other,
    ):
        yield [one, other]


def test_what_one_replica_has_seen_no_other_takes(replicas: list[GatewayInTest]) -> None:
    one, other = replicas
    url = "https://graph.example.ir/graphql"
    wallet = one.wallet
    assert wallet.learned(asked(one, wallet.headers(COURT, "POST", url), TYPENAME))
    headers = wallet.headers(COURT, "POST", url)  # with the nonce of one, which the other knows too
    assert asked(other, headers, TYPENAME).status_code == 200
    assert asked(one, headers, TYPENAME).status_code == 401


def test_a_dead_redis_closes_to_agencies_and_to_nobody_else(
    replicas: list[GatewayInTest], running_redis: RedisServer
) -> None:
    one = replicas[0]
    url = "https://graph.example.ir/graphql"
    one.wallet.learned(asked(one, one.wallet.headers(COURT, "POST", url), TYPENAME))
    running_redis.kill()
    try:
        closed = asked(one, one.wallet.headers(COURT, "POST", url), TYPENAME)
        assert closed.status_code == 503
        assert int(closed.headers["retry-after"]) >= 1
        assert "data" not in closed.json()
        assert one.data("{ me { nationalId } }", whom="citizen:sara")
    finally:
        running_redis.start()
    assert asked(one, one.wallet.headers(COURT, "POST", url), TYPENAME).status_code == 200
