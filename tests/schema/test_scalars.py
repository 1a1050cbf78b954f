"""Scalars in both directions."""

import datetime
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLScalarType

from gateway.domain.calendar import YearMonth
from gateway.domain.identifiers import NationalId
from gateway.schema import build_schema


@pytest.fixture(scope="module")
def scalars() -> dict[str, GraphQLScalarType]:
    kinds = build_schema()._schema.type_map.values()
    return {kind.name: kind for kind in kinds if isinstance(kind, GraphQLScalarType)}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("NationalId", "۰۰۱۳۵۴۲۴۱۹", NationalId("0013542419")),
        ("YearMonth", "۱۳۹۹-۰۹", YearMonth(1399, 9)),
        ("JalaliDate", "۱۳۹۹-۰۹-۲۲", "1399-09-22"),
        ("Rial", "۳۰۰۰۰۰۰۰۰۰", 3_000_000_000),
        ("Rial", "-5", -5),
        ("Date", "2020-12-12", datetime.date(2020, 12, 12)),
        ("DateTime", "2020-12-12T12:00:00+03:30", datetime.datetime(2020, 12, 12, 8, 30, tzinfo=datetime.UTC)),
    ],
)
def test_what_is_written_is_read(scalars: dict[str, GraphQLScalarType], name: str, text: str, value: Any) -> None:
    assert scalars[name].parse_value(text) == value


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("NationalId", "1111111111"),
        ("InsuranceNumber", "1234567"),
        ("YearMonth", "1399-13"),
        ("JalaliDate", "1399-12-31"),
        ("Rial", "12.5"),
        ("Rial", "¹²"),
        ("Rial", "-"),
        ("Rial", "9" * 5_000),
        ("Rial", 12),
        ("Date", "12/12/2020"),
        ("DateTime", "2020-12-12T12:00:00"),
        ("DateTime", "noon"),
    ],
)
def test_what_is_wrong_is_refused_with_a_code_and_not_repeated(
    scalars: dict[str, GraphQLScalarType], name: str, wrong: Any
) -> None:
    with pytest.raises(GraphQLError) as refused:
        scalars[name].parse_value(wrong)
    assert refused.value.extensions == {"code": "BAD_USER_INPUT"}
    assert str(wrong) not in refused.value.message.replace(" - ", " ") or wrong == "-"


def test_amounts_and_moments_are_text(scalars: dict[str, GraphQLScalarType]) -> None:
    assert scalars["Rial"].serialize(10**12) == "1000000000000"
    tehran = datetime.timezone(datetime.timedelta(hours=3, minutes=30))
    assert scalars["DateTime"].serialize(datetime.datetime(2020, 12, 12, 12, tzinfo=tehran)) == "2020-12-12T08:30:00Z"
