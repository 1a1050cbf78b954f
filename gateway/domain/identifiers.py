"""Identifiers that check themselves when made and mask themselves when printed (domain.md 2.1).

Each takes what people and systems write (Persian or Arabic digits, spaces at the ends) through `parse`, and raises
`ValueError` with a sentence that never repeats the value: identifiers are personal data.
"""

import re
from operator import mul
from typing import Any, ClassVar, Self

import msgspec

from gateway.domain.text import fold_digits


class Identifier(msgspec.Struct, frozen=True, order=True):
    """Digits that passed their check. `str()` and `repr()` mask; ask for `.digits` where the value must travel."""

    digits: str

    shape: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]+")
    sentence: ClassVar[str] = "must be digits"

    def __post_init__(self) -> None:
        if self.shape.fullmatch(self.digits) is None or not self.check():
            raise ValueError(f"{type(self).__name__} {self.sentence}")

    def check(self) -> bool:
        """Whether the check digits hold; identifiers without check digits always pass."""
        return True

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(fold_digits(text.strip()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __str__(self) -> str:
        return "*" * (len(self.digits) - 2) + self.digits[-2:]

    def __rich_repr__(self) -> Any:
        yield str(self)


_WEIGHTS = range(10, 1, -1)  # of the first nine digits
_ZEROS = ord("0") * sum(_WEIGHTS)


class NationalId(Identifier, frozen=True, order=True):
    """کد ملی: ten digits, the last a check digit mod 11; ten equal digits are refused."""

    shape = re.compile(r"[0-9]{10}")
    sentence = "must be ten digits with a valid check digit"

    def check(self) -> bool:
        digits = self.digits
        if digits == digits[0] * 10:
            return False
        remainder = (sum(map(mul, digits.encode(), _WEIGHTS)) - _ZEROS) % 11
        expected: int = remainder if remainder < 2 else 11 - remainder
        return int(digits[9]) == expected

    @classmethod
    def from_number(cls, number: int | str) -> Self:
        """A code that a system kept as a number, or trimmed like one, and so lost its leading zeros."""
        return cls(fold_digits(str(number).strip()).zfill(10))


class InsuranceNumber(Identifier, frozen=True, order=True):
    """شماره بیمه: 8 to 10 digits, no check digit; the official template has 8, the written rule 10."""

    shape = re.compile(r"[0-9]{8,10}")
    sentence = "must be 8 to 10 digits"


class WorkshopCode(Identifier, frozen=True, order=True):
    """کد کارگاه: ten digits. Names a workshop only together with a `BranchCode`."""

    shape = re.compile(r"[0-9]{10}")
    sentence = "must be ten digits"

    def __str__(self) -> str:  # a workshop is not a person
        return self.digits


class BranchCode(Identifier, frozen=True, order=True):
    """کد شعبه: four digits, such as 0070."""

    shape = re.compile(r"[0-9]{4}")
    sentence = "must be four digits"

    def __str__(self) -> str:
        return self.digits


class MobileNumber(Identifier, frozen=True, order=True):
    """Eleven digits from 09; +98, 0098 and the ten-digit form are accepted by `parse`."""

    shape = re.compile(r"09[0-9]{9}")
    sentence = "must be eleven digits that begin with 09"

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(re.sub(r"^(\+98|0098|(?=9))", "0", fold_digits(text.strip())))


class Iban(Identifier, frozen=True, order=True):
    """شبا: IR and 24 digits, ISO 7064 mod 97. Kept with its country letters."""

    shape = re.compile(r"IR[0-9]{24}")
    sentence = "must be IR and 24 digits with valid check digits"

    def check(self) -> bool:
        return int(self.digits[4:] + "1827" + self.digits[2:4]) % 97 == 1

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(fold_digits(text).replace(" ", "").upper())


class WorkshopKey(msgspec.Struct, frozen=True, order=True):
    """A workshop is keyed by both codes in every call (domain.md 2.1)."""

    code: WorkshopCode
    branch: BranchCode
