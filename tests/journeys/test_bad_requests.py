"""What a client can get wrong, at the real gateway: a clear error, no value, no trace, and nobody asked."""

from typing import Any

import pytest

from tests.journeys.processes import GatewayInTest, TwinInTest, code

RECORDS = """query($id: NationalId!, $first: Int, $after: String) { person(nationalId: $id) {
    contributionRecords(first: $first, after: $after) { pageInfo { endCursor } }
    debts(after: $after) { complete } } }"""
WRONG = "۰۰۱۳۵۴۲۴۱۸"  # Sara's code with another check digit, as a Persian keyboard writes it


def errors_of(said: dict[str, Any]) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = said["errors"]
    text = str(said)
    assert "Traceback" not in text
    assert not any(digits in text for digits in (WRONG, "0013542418", code("sara")))
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    return errors


def nobody_was_asked(twin: TwinInTest) -> bool:
    return twin.asked() == []


@pytest.mark.parametrize(
    "query",
    [
        "query($id: NationalId!) { person(nationalId: $id) { identity { firstName } } }",
        f'{{ person(nationalId: "{WRONG}") {{ identity {{ firstName }} }} }}',
    ],
)
def test_a_wrong_check_digit_in_persian_digits_is_the_clients_error_and_is_not_repeated(
    gateway: GatewayInTest, twin: TwinInTest, query: str
) -> None:
    response = gateway.post(query, {"id": WRONG} if "$id" in query else {})
    assert response.status_code == 400
    (error,) = errors_of(response.json())
    assert "check digit" in error["message"]
    assert nobody_was_asked(twin)


def test_persian_digits_that_are_right_are_right(gateway: GatewayInTest) -> None:
    query = '{ person(nationalId: "۰۰۱۳۵۴۲۴۱۹") { nationalId } }'
    assert gateway.data(query)["person"]["nationalId"] == code("sara")


@pytest.mark.parametrize("first", [-1, 0, 101, 2**31])
def test_a_page_of_impossible_size_names_the_argument(gateway: GatewayInTest, twin: TwinInTest, first: int) -> None:
    response = gateway.post(RECORDS, {"id": code("sara"), "first": first})
    assert any("first" in error["message"] for error in errors_of(response.json()))


def test_a_cursor_of_another_field_or_person_is_refused(gateway: GatewayInTest) -> None:
    page = gateway.data(RECORDS, {"id": code("sara"), "first": 1})["person"]["contributionRecords"]
    cursor = page["pageInfo"]["endCursor"]
    other_field = gateway.ask(RECORDS, {"id": code("sara"), "first": 1, "after": cursor})
    assert [error["path"] for error in errors_of(other_field)] == [["person", "debts"]]
    other_person = gateway.ask(RECORDS, {"id": code("mina"), "first": 1, "after": cursor})
    assert ["person", "contributionRecords"] in [error["path"] for error in errors_of(other_person)]


def test_one_person_too_many_is_refused_and_a_bad_code_costs_only_itself(
    gateway: GatewayInTest, twin: TwinInTest
) -> None:
    query = "query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code person { identity { lastName } } } }"
    too_many = gateway.ask(query, {"ids": [code("sara")] * 1001})
    assert any("1,000" in error["message"] for error in errors_of(too_many))
    assert nobody_was_asked(twin)
    items = gateway.data(query, {"ids": [code("sara"), WRONG, "", code("sara")]})["persons"]
    assert [item["code"] for item in items] == [None, "BAD_USER_INPUT", "BAD_USER_INPUT", None]
    assert items[0]["person"] == items[3]["person"]
    assert twin.counts()["civil_registry"] == {"getEstelam3": 1}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("{ me { " + "a" * 1_000_000 + " } }", "larger than"),
        ("{ me " + "{ me " * 10_000 + "}" * 10_001, "nested deeper than"),
        ("{ me { nosuchfield } }", "nosuchfield"),
        ("{ me {", "Syntax Error"),
        ("", ""),
    ],
)
def test_a_document_that_cannot_be_run_says_why(
    gateway: GatewayInTest, twin: TwinInTest, query: str, says: str
) -> None:
    response = gateway.post(query)
    assert response.status_code in {400, 413}
    assert any(says in error["message"] for error in errors_of(response.json()))
    assert nobody_was_asked(twin)
