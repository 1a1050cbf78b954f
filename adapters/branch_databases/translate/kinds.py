"""The branches' one-digit and one-letter codes, and the refusal of those that the contract does not know."""

from collections.abc import Mapping
from typing import TypeVar

from adapters.branch_databases.translate.fields import number, remembered
from gateway.domain.insurance import InsuranceKind

C = TypeVar("C")
T = TypeVar("T")

INSURANCE_KINDS = {
    0: InsuranceKind.COMPULSORY,
    1: InsuranceKind.VOLUNTARY,
    2: InsuranceKind.SELF_EMPLOYED,
    3: InsuranceKind.STUDENT,
    4: InsuranceKind.HOUSEWIFE,
    5: InsuranceKind.UNEMPLOYED,
}
INSURANCE_KIND_CODES = {kind: number for number, kind in INSURANCE_KINDS.items()}


@remembered
def insurance_kind(written: object) -> InsuranceKind:
    return named(INSURANCE_KINDS, number(written))


def named(names: Mapping[C, T], written: C | None) -> T:
    if written is None or written not in names:
        raise ValueError("a code that the contract does not know")
    return names[written]
