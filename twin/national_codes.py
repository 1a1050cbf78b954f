"""National codes with a valid check digit, each given once (domain.md 2.1)."""

from collections.abc import Iterable
from random import Random


def check_digit(nine: str) -> str:
    """The tenth digit to nine."""
    remainder = sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return str(remainder if remainder < 2 else 11 - remainder)


def is_valid(code: str) -> bool:
    return len(code) == 10 and code.isdecimal() and len(set(code)) > 1 and check_digit(code[:9]) == code[9]


class NationalCodes:
    """Hands out codes; never one of `taken`."""

    def __init__(self, rng: Random, taken: Iterable[str]) -> None:
        self._rng = rng
        self._taken = set(taken)

    def next(self, area: str) -> str:
        """A fresh code of the area, its first three digits."""
        while True:
            nine = f"{area}{self._rng.randrange(1_000_000):06}"
            code = nine + check_digit(nine)
            if code not in self._taken and is_valid(code):
                self._taken.add(code)
                return code
