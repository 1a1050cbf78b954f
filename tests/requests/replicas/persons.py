"""As many synthetic persons as are wanted."""

from gateway.domain.identifiers import NationalId
from twin.national_codes import check_digit


def person(number: int) -> NationalId:
    """The so-manieth."""
    nine = f"{100_000_000 + number:09}"
    return NationalId(nine + check_digit(nine))
