"""A gateway that runs only what its front end was built with."""

from collections.abc import Iterator

import orjson
import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served

MINE = "query Mine($first: Int) { me { identity { firstName } payments(first: $first) { totalCount } } }"
THEIRS = "query Theirs($id: NationalId!) { person(nationalId: $id) { identity { firstName } } }"


@pytest.fixture(scope="module")
def trusting(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    folder = tmp_path_factory.mktemp("trusting")
    (folder / "manifest.json").write_bytes(orjson.dumps({"mine": MINE, "theirs": THEIRS}))
    manifest = str(folder / "manifest.json")
    with served(running_twin.descriptor, folder / "log", TAMIN_TRUSTED_DOCUMENTS=manifest) as gateway:
        yield gateway


def test_it_runs_them_by_id_and_nothing_else(trusting: GatewayInTest, twin: TwinInTest) -> None:
    token = {"authorization": f"Bearer {trusting.wallet.token('citizen:sara')}"}
    asked = {"documentId": "mine", "variables": '{"first": 3}', "operationName": "Mine"}
    got = trusting.http.get("/graphql", params=asked, headers=token)
    assert got.json()["data"]["me"]["identity"]["firstName"]
    assert got.headers["cache-control"] == "no-store"
    by_person = {"documentId": "theirs", "variables": {"id": code("sara")}}
    assert trusting.http.get("/graphql", params={"documentId": "theirs"}, headers=token).status_code == 405
    assert trusting.http.post("/graphql", json=by_person, headers=token).json()["data"]["person"]
    twin.reset()
    refused = trusting.http.post("/graphql", json={"query": MINE}, headers=token)
    assert "Only trusted documents" in refused.json()["errors"][0]["message"]
    assert twin.counts()["civil_registry"] == {}
