"""Each kind of caller, end to end: tokens from the issuer, the contracts and registers that ship, the calls counted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, code, served
from twin.cast import HUSBAND
from twin.named import KAVEHS_WORKSHOP

ROOT = Path(__file__).resolve().parents[2]
UNKNOWN = "0499370899"  # a good code that no system knows
OUTSIDE = "mina"  # in no register of the court
COURTS = """query Case($id: NationalId!) { person(nationalId: $id) {
    identity { firstName lastName lifeStatus } insurance { status } pension { kind status } } }"""


@pytest.fixture(scope="module")
def production(running_twin: TwinInTest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayInTest]:
    papers = {"TAMIN_CONTRACTS": str(ROOT / "contracts"), "TAMIN_REGISTERS": str(ROOT / "gateway/sandbox_registers")}
    log = tmp_path_factory.mktemp("rights") / "log"
    with served(running_twin.descriptor, log, open_to_developers=False, **papers) as gateway:
        yield gateway


@pytest.fixture
def guarded(production: GatewayInTest, twin: TwinInTest) -> GatewayInTest:
    return production


def forbidden(said: dict[str, Any]) -> list[list[Any]]:
    """The paths that came back FORBIDDEN; nothing else may have gone wrong."""
    assert {error["extensions"]["code"] for error in said.get("errors", [])} <= {"FORBIDDEN"}
    return [error["path"] for error in said.get("errors", [])]


def test_a_court_gets_exactly_what_its_contract_names(guarded: GatewayInTest) -> None:
    assert guarded.ask(COURTS, {"id": code("reza")}, whom="agency:court") == {
        "data": {
            "person": {
                "identity": {"firstName": "رضا", "lastName": "احمدی", "lifeStatus": "DECEASED"},
                "insurance": {"status": "INACTIVE"},
                "pension": {"kind": "RETIREMENT", "status": "ENDED"},
            }
        }
    }


def test_a_field_that_no_contract_names_costs_itself_and_no_call(guarded: GatewayInTest, twin: TwinInTest) -> None:
    query = """query($id: NationalId!) { person(nationalId: $id) {
        identity { lastName birth { jalali } } payments { totalCount } unemployment { stage } } }"""
    said = guarded.ask(query, {"id": code("sara")}, whom="agency:court")
    assert said["data"] == {
        "person": {"identity": {"lastName": "احمدی", "birth": None}, "payments": None, "unemployment": None}
    }
    paths = [["person", "identity", "birth"], ["person", "payments"], ["person", "unemployment"]]
    assert sorted(forbidden(said)) == paths
    assert set(twin.asked()) == {"civil_registry"}


@pytest.mark.parametrize("form", ["one", "many", "literal"])
def test_unknown_protected_and_outside_persons_are_refused_in_the_same_bytes_and_without_a_call(
    guarded: GatewayInTest, twin: TwinInTest, form: str
) -> None:
    bodies = set()
    for national_id in (UNKNOWN, code("leila"), code(OUTSIDE)):
        if form == "one":
            response = guarded.post(COURTS, {"id": national_id}, whom="agency:court")
        elif form == "many":
            many = "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code person { id pension { kind } } } }"
            response = guarded.post(many, {"ids": [national_id]}, whom="agency:court")
        else:
            response = guarded.post(
                f'{{ person(nationalId: "{national_id}") {{ identity {{ lastName }} }} }}', whom="agency:court"
            )
        assert response.status_code == 200
        varying = {"x-request-id", "date", "ratelimit", "dpop-nonce"}
        headers = sorted((k, v) for k, v in response.headers.items() if k not in varying)
        bodies.add((response.content, tuple(headers)))
    assert len(bodies) == 1
    assert b"FORBIDDEN" in next(iter(bodies))[0]
    assert twin.asked() == []


def test_all_or_nothing_asks_no_system_and_gives_no_field(guarded: GatewayInTest, twin: TwinInTest) -> None:
    wallet, url = guarded.wallet, f"{guarded.url}/graphql"
    query = '{ person(nationalId: "%s") { identity { lastName } payments { totalCount } } }' % code("sara")  # noqa: UP031

    def asked() -> httpx.Response:
        headers = wallet.headers("agency:court", "POST", url) | {"x-refusals": "all-or-nothing"}
        return guarded.http.post("/graphql", json={"query": query}, headers=headers)

    response = asked()
    response = asked() if wallet.learned(response) else response
    assert response.json().get("data") is None
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"FORBIDDEN"}
    assert twin.asked() == []


def test_an_agency_without_a_proof_of_its_key_is_nobody(guarded: GatewayInTest, twin: TwinInTest) -> None:
    bearer = {"authorization": f"Bearer {guarded.wallet.token('agency:court')}"}
    response = guarded.http.post("/graphql", json={"query": "{ __typename }"}, headers=bearer)
    assert response.status_code == 401
    assert "DPoP" in response.headers["www-authenticate"]
    assert twin.asked() == []


@pytest.mark.parametrize("token", ["nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMDEzNTQyNDE5In0.", ""])
def test_a_wrong_token_is_refused_before_anything_is_asked(
    guarded: GatewayInTest, twin: TwinInTest, token: str
) -> None:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    response = guarded.http.post("/graphql", json={"query": "{ me { identity { lastName } } }"}, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"]
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert twin.asked() == []


def test_a_supporter_sees_of_a_dependant_who_they_are_and_how_they_are_insured(
    guarded: GatewayInTest, twin: TwinInTest
) -> None:
    query = """query($id: NationalId!) { person(nationalId: $id) { identity { firstName } insurance { status }
        pension { status } payments { totalCount } unemployment { stage } dependents { nationalId } } }"""
    said = guarded.ask(query, {"id": HUSBAND}, whom="citizen:sara")
    person = said["data"]["person"]
    assert person["identity"] == {"firstName": "کیوان"}
    assert person["insurance"]["status"]
    closed = ("pension", "payments", "unemployment", "dependents")
    assert sorted(forbidden(said)) == sorted(["person", name] for name in closed)
    systems = {name.partition(".")[0] for name in twin.asked()}
    assert systems == {"civil_registry", "branch_databases"}


def test_a_dependant_does_not_see_the_supporter(guarded: GatewayInTest) -> None:
    said = guarded.ask(COURTS, {"id": code("sara")}, whom=f"citizen:{HUSBAND}")
    assert said["data"] == {"person": None}
    assert forbidden(said) == [["person"]]


def test_an_employer_sees_the_workshop_it_acts_for_and_no_other_and_none_of_its_workers(
    guarded: GatewayInTest, twin: TwinInTest
) -> None:
    query = """query($code: WorkshopCode!, $branch: BranchCode!) {
        workshop(code: $code, branch: $branch) { name debts(first: 1) { nodes { remaining } } } }"""
    workshop, branch = KAVEHS_WORKSHOP
    own = guarded.data(query, {"code": workshop, "branch": branch}, whom="employer:kaveh")["workshop"]
    assert own["name"]
    assert own["debts"]["nodes"]
    twin.reset()
    other = guarded.ask(query, {"code": "0070000001", "branch": branch}, whom="employer:kaveh")
    assert other["data"] == {"workshop": None}
    assert forbidden(other) == [["workshop"]]
    assert twin.asked() == []
    worker = guarded.ask(COURTS, {"id": code("sara")}, whom="employer:kaveh")
    assert worker["data"] == {"person": None}


@pytest.mark.parametrize("whom", ["operator", "developer", "agency:court"])
def test_whoever_is_no_person_has_no_me_and_sees_no_workshop(
    guarded: GatewayInTest, twin: TwinInTest, whom: str
) -> None:
    workshop, branch = KAVEHS_WORKSHOP
    said = guarded.ask(f'{{ me {{ id }} workshop(code: "{workshop}", branch: "{branch}") {{ name }} }}', whom=whom)
    assert said["data"] == {"me": None, "workshop": None}
    assert twin.asked() == []


def test_a_fact_that_one_caller_fetched_is_not_shown_to_another_without_the_right(
    running_twin: TwinInTest, twin: TwinInTest, tmp_path: Path
) -> None:
    papers = {"TAMIN_CONTRACTS": str(ROOT / "contracts"), "TAMIN_REGISTERS": str(ROOT / "gateway/sandbox_registers")}
    query = "query($id: NationalId!) { person(nationalId: $id) { identity { lastName birth { jalali } } } }"
    memory = {"TAMIN_MEMORY": "process", **papers}
    with served(running_twin.descriptor, tmp_path / "log", open_to_developers=False, **memory) as gateway:
        whole = gateway.data(query, {"id": code("sara")}, whom="citizen:sara")["person"]["identity"]
        assert whole["birth"]["jalali"]
        twin.reset()
        said = gateway.ask(query, {"id": code("sara")}, whom="agency:court")
        assert said["data"]["person"]["identity"] == {"lastName": whole["lastName"], "birth": None}
        assert forbidden(said) == [["person", "identity", "birth"]]
        assert twin.asked() == []  # the fact was remembered, the view was not
        assert json.dumps(whole["birth"]["jalali"]) not in json.dumps(said)


@pytest.mark.parametrize("whom", ["agency:court", "agency:fund", "agency:relief", f"citizen:{HUSBAND}"])
def test_eligibility_is_told_to_nobody_else_and_nobody_else_costs_a_question(
    guarded: GatewayInTest, twin: TwinInTest, whom: str
) -> None:
    """Rules read facts of many systems: whoever may not ask the person's own questions puts none of them."""
    query = """query($id: NationalId!) { person(nationalId: $id) {
        eligibility(service: FUNERAL_GRANT) { eligible reasons { found } figures { value } } } }"""
    twin.reset()
    said = guarded.ask(query, {"id": code("sara")}, whom=whom)
    assert said["data"]["person"] in (None, {"eligibility": None})
    assert forbidden(said)
    # Whom the branches list as a caller's is asked of them alone, and of agencies nothing.
    assert set(twin.asked()) <= ({"branch_databases"} if whom.startswith("citizen") else set())


def test_a_citizen_is_told_their_own_eligibility_and_never_a_dependants(guarded: GatewayInTest) -> None:
    query = (
        """query($id: NationalId!) { person(nationalId: $id) { eligibility(service: FUNERAL_GRANT) { eligible } } }"""
    )
    assert (
        guarded.ask(query, {"id": code("sara")}, whom="citizen:sara")["data"]["person"]["eligibility"]["eligible"]
        is not None
    )
    said = guarded.ask(query, {"id": HUSBAND}, whom="citizen:sara")
    assert said["data"]["person"] in (None, {"eligibility": None})
    assert forbidden(said)
