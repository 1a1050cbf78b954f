"""Samples: persons with pensions, and the kind of fact that a pension is."""

from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.money import rial
from gateway.domain.pension import Pension, PensionKind, PensionStatus
from gateway.loading.memory import FactKind

SARA, REZA, MINA = (NationalId(code) for code in ("0013542419", "0061274801", "1278450939"))

PENSIONS: FactKind[Pension] = FactKind(
    source=Source.BRANCH_DATABASES, operation="pensions_by_person", value=Pension, age=100.0, absent_age=10.0
)


def pension(number: str = "1") -> Pension:
    return Pension(
        number=number,
        kind=PensionKind.RETIREMENT,
        status=PensionStatus.ACTIVE,
        monthly_amount=rial(90_000_000),
        branch=BranchCode("0070"),
    )


def persons(count: int) -> list[NationalId]:
    """So many persons with valid check digits, always the same."""
    found: list[NationalId] = []
    number = 0
    while len(found) < count:
        number += 7_919
        stem = f"{number:09}"
        remainder = sum(int(digit) * (10 - place) for place, digit in enumerate(stem)) % 11
        found.append(NationalId(stem + str(remainder if remainder < 2 else 11 - remainder)))
    return found
