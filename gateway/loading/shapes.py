"""How many calls a question makes at each system, at most: by its batches, its pages, its branches."""

from dataclasses import dataclass
from typing import assert_never

from gateway.domain.failure import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CallShapes:
    """`bank_rows` and `ministry_rows` are rows a person that are believed to be the most; pages follow from them.

    A system that holds more rows of somebody makes more calls: that is an assumption, not a limit. So is
    `branches_a_person`; `branches` is how many there are.
    """

    bank_batch: int = 50
    bank_rows: int = 120
    bank_page: int = 200
    ministry_batch: int = 100
    ministry_rows: int = 4
    ministry_page: int = 100
    events_batch: int = 100
    funds_batch: int = 100
    documents_batch: int = 50
    branches: int = 5
    branches_a_person: int = 4
    branch_batch: int = 500

    def calls(self, source: Source, keys: int, *, one_branch: bool = False) -> int:
        """For one question about `keys` keys. `one_branch`: each key names its branch, as a workshop does.

        A token of the ministry that ended early is found out by each call that used it: one more for the new token, and
        each call once more.
        """
        if keys <= 0:
            return 0
        match source:
            case Source.CIVIL_REGISTRY:
                return keys
            case (
                Source.MEDICAL_COMMISSION
                | Source.BRANCH_COUNTER
                | Source.SHORT_TERM_BENEFITS
                | Source.SMS
                | Source.BRANCH_INTAKE
            ):  # told of things by their workflows, never asked by an operation
                return 0
            case Source.BANK_REFAH:
                return _paged(keys, self.bank_batch, self.bank_rows, self.bank_page)
            case Source.LABOUR_MINISTRY:
                return 1 + 2 * _paged(keys, self.ministry_batch, self.ministry_rows, self.ministry_page)
            case Source.REGISTRY_EVENTS:
                return -(-keys // self.events_batch)
            case Source.INSURANCE_FUNDS:
                return -(-keys // self.funds_batch)
            case Source.FINANCE:
                return -(-keys // self.documents_batch)
            case Source.BRANCH_DATABASES:
                holders = keys if one_branch else keys * self.branches_a_person
                return min(holders, self.branches * -(-keys // self.branch_batch))
            case _:
                assert_never(source)


def _paged(keys: int, batch: int, rows: int, page: int) -> int:
    full, rest = divmod(keys, batch)
    return full * max(1, -(-batch * rows // page)) + (max(1, -(-rest * rows // page)) if rest else 0)
