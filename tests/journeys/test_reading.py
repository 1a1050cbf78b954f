"""What the named persons' profiles say, end to end."""

import base64
from typing import Any

import pytest

from tests.journeys.processes import GatewayInTest, code
from tests.journeys.queries import GROUPS, PROFILE
from twin.world import World


def test_saras_whole_profile_comes_together_from_four_systems(gateway: GatewayInTest) -> None:
    person = gateway.data(PROFILE, {"id": code("sara")}, whom="citizen:sara")["person"]
    assert {"WIFE", "HUSBAND", "SON", "DAUGHTER"} >= {d["relation"] for d in person["dependents"]}
    assert len(person["dependents"]) == 3
    assert person["identity"]["lifeStatus"] == "ALIVE"
    assert person["identity"]["provenance"]["source"] == "CIVIL_REGISTRY"
    assert person["identity"]["provenance"]["freshness"] == "LIVE"
    assert person["insurance"]["status"] != "NO_LINK"
    assert person["contributionSummary"]["days"] > 3_000
    assert person["contributionRecords"]["complete"] is True
    assert person["unemployment"]["stage"] == "REFERRED_TO_SSO"
    entitlement = person["unemployment"]["entitlement"]
    assert entitlement["monthsLeft"] == entitlement["monthsEntitled"] - entitlement["monthsDrawn"]
    assert int(entitlement["dailyBenefit"]) > 0
    assert person["payments"]["edges"]
    assert person["debts"]["edges"]


def test_no_name_that_a_legacy_system_mangled_reaches_a_client_mangled(gateway: GatewayInTest) -> None:
    for name in ("sara", "mina", "kaveh", "parisa"):
        person = gateway.data(PROFILE, {"id": code(name)})["person"]
        names = [person["identity"]["firstName"], person["identity"]["lastName"]]
        names += [d[k] for d in person["dependents"] or [] for k in ("firstName", "lastName") if d[k]]
        assert all(not set(said) & set("يكىـ�") and said == " ".join(said.split()) for said in names), name


def test_names_read_from_every_branch_are_the_names_the_registry_knows(gateway: GatewayInTest, world: World) -> None:
    """CP1256, Iran System, visual order and mixed pages must all come out as what the registry says in UTF-8."""
    supporters = sorted({bail.supporter for bail in world.bails})
    query = """query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person {
        dependents { firstName lastName branch person { identity { firstName lastName } } } } } }"""
    branches = set()
    for item in gateway.ask(query, {"ids": supporters})["data"]["persons"]:
        for dependent in item["person"]["dependents"]:
            identity = dependent["person"]["identity"]
            if identity:
                assert (dependent["firstName"], dependent["lastName"]) == (identity["firstName"], identity["lastName"])
                branches.add(dependent["branch"])
    assert branches == {"0070", "0960", "1210", "1530", "2450"}


def test_amirs_birth_is_known_by_its_year_only(gateway: GatewayInTest) -> None:
    birth = gateway.data(PROFILE, {"id": code("amir")})["person"]["identity"]["birth"]
    assert birth["precision"] == "YEAR"
    assert birth["gregorian"] is None
    assert len(birth["jalali"]) == 4


def test_reza_is_deceased_and_his_pension_has_ended(gateway: GatewayInTest) -> None:
    person = gateway.data(PROFILE, {"id": code("reza")})["person"]
    assert person["identity"]["lifeStatus"] == "DECEASED"
    assert person["pension"]["status"] == "ENDED"


def test_leila_is_shown_to_nobody_and_the_answer_says_so(gateway: GatewayInTest) -> None:
    said = gateway.ask(
        "query($id: NationalId!) { person(nationalId: $id) { identity { firstName } } }", {"id": code("leila")}
    )
    assert said["data"]["person"] == {"identity": None}
    assert said["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert said["errors"][0]["path"] == ["person", "identity"]


def test_parisas_payment_is_paid_and_unconfirmed(gateway: GatewayInTest) -> None:
    payments = gateway.data(PROFILE, {"id": code("parisa")})["person"]["payments"]["edges"]
    assert "PAID_UNCONFIRMED" in {edge["node"]["state"] for edge in payments}


def test_minas_records_of_two_branches_are_merged_and_duplicates_told_apart(gateway: GatewayInTest) -> None:
    query = """query($id: NationalId!, $after: String) { person(nationalId: $id) {
        contributionSummary { days }
        contributionRecords(first: 100, after: $after) {
          edges { node { month days workshop branch kind wage standing } } pageInfo { hasNextPage endCursor } } } }"""
    records, after = [], None
    while True:
        person = gateway.data(query, {"id": code("mina"), "after": after})["person"]
        records += [edge["node"] for edge in person["contributionRecords"]["edges"]]
        after = person["contributionRecords"]["pageInfo"]["endCursor"]
        if not person["contributionRecords"]["pageInfo"]["hasNextPage"]:
            break
    assert len({record["branch"] for record in records}) == 2
    assert [r["month"] for r in records] == sorted((r["month"] for r in records), reverse=True)
    seen: set[tuple[Any, ...]] = set()
    for record in records:
        said = tuple(record[k] for k in ("month", "workshop", "kind", "days", "wage"))
        assert (record["standing"] == "DUPLICATE") == (said in seen)
        seen.add(said)
    assert any(record["standing"] == "DUPLICATE" for record in records)
    assert 0 < person["contributionSummary"]["days"] <= sum(r["days"] for r in records if r["standing"] == "COUNTED")


def test_kavehs_workshop_shows_its_debts_ledger_and_orders(gateway: GatewayInTest) -> None:
    query = """{ workshop(code: "0070012345", branch: "0070") { id name employer active
        debts { edges { node { number amount remaining premium unemploymentPremium other stage
          ledger { entries { kind amount balance } } } } } claimOrders { entries { kind amount } } } }"""
    workshop = gateway.data(query, whom="employer:kaveh")["workshop"]
    assert workshop["employer"] == code("kaveh")
    debts = [edge["node"] for edge in workshop["debts"]["edges"]]
    assert len(debts) > 1
    for debt in debts:
        assert int(debt["amount"]) == sum(int(debt[part]) for part in ("premium", "unemploymentPremium", "other"))
        balance = 0
        for entry in debt["ledger"]["entries"]:
            balance += int(entry["amount"])
            assert int(entry["balance"]) == balance
        assert int(debt["remaining"]) == balance
    assert {order["kind"] for order in workshop["claimOrders"]["entries"]}
    again = gateway.data(
        "query($id: ID!) { node(id: $id) { ... on Workshop { code } } }", {"id": workshop["id"]}, whom="employer:kaveh"
    )
    assert again["node"]["code"] == "0070012345"


def test_a_photo_is_a_picture_and_a_call_of_its_own(gateway: GatewayInTest, twin: Any) -> None:
    query = "query($id: NationalId!) { person(nationalId: $id) { photo { mediaType base64 } } }"
    photo = gateway.data(query, {"id": code("sara")})["person"]["photo"]
    begins = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}[photo["mediaType"]]
    assert base64.b64decode(photo["base64"]).startswith(begins)
    assert twin.counts()["civil_registry"] == {"getEstelamC": 1}


def test_a_citizen_is_me_and_nobody_else(gateway: GatewayInTest, twin: Any) -> None:
    me = gateway.data("{ me { id nationalId } }", whom="citizen:sara")["me"]
    assert me["nationalId"] == code("sara")
    assert code("sara") not in base64.urlsafe_b64decode(me["id"] + "==").decode("latin-1")
    node = gateway.data(
        "query($id: ID!) { node(id: $id) { ... on Person { nationalId } } }", {"id": me["id"]}, whom="citizen:sara"
    )
    assert node["node"]["nationalId"] == code("sara")
    said = gateway.ask(PROFILE, {"id": code("kaveh")}, whom="citizen:sara")
    assert said["data"]["person"] is None
    assert [error["extensions"]["code"] for error in said["errors"]] == ["FORBIDDEN"]
    assert {system.partition(".")[0] for system in twin.asked()} <= {"branch_databases"}, "but whom she supports"


@pytest.mark.parametrize(("shown", "status"), [(None, 401), ("Bearer not-a-token", 401), ("Basic c2FyYTpz", 401)])
def test_without_a_good_token_nothing_is_told(gateway: GatewayInTest, shown: str | None, status: int) -> None:
    headers = {"authorization": shown} if shown else {}
    response = gateway.http.post("/graphql", json={"query": "{ me { nationalId } }"}, headers=headers)
    assert response.status_code == status
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("group", GROUPS)
def test_an_unknown_person_is_a_null_without_an_error(gateway: GatewayInTest, group: str) -> None:
    """A valid code that nobody has: asked, and there is none; only the link is a positive answer, NO_LINK."""
    query = "query($id: NationalId!) { person(nationalId: $id) { nationalId " + GROUPS[group] + " } }"
    person = gateway.data(query, {"id": "9999999808"})["person"]
    if group == "insurance":
        assert person["insurance"]["status"] == "NO_LINK"
    else:
        assert not person[group] or not person[group].get("edges")
