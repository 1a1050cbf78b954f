"""Self-employed insurance: group and level by the branch's numbers, the wage in rial a month."""

from collections.abc import Mapping

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.results import CONTRACT_NUMBER
from gateway.domain.services.self_employed_contract import (
    SERVICE,
    PremiumLevel,
    SelfEmployedContractRequest,
    SelfEmployedGroup,
)

GROUPS: Mapping[SelfEmployedGroup, int] = {
    SelfEmployedGroup.OCCUPATION: 1,
    SelfEmployedGroup.HOUSEWIFE: 2,
    SelfEmployedGroup.UNMARRIED_GIRL: 3,
    SelfEmployedGroup.STUDENT: 4,
}
PERCENT: Mapping[PremiumLevel, int] = {
    PremiumLevel.RETIREMENT: 12,
    PremiumLevel.RETIREMENT_AND_DEATH: 14,
    PremiumLevel.RETIREMENT_DEATH_AND_DISABILITY: 18,
}


def fields(said: SelfEmployedContractRequest) -> Mapping[str, object]:
    return {
        "group": GROUPS[said.group] if said.group else None,
        "occupation": said.occupation,
        "percent": PERCENT[said.level] if said.level else None,
        "wage": said.monthly_wage,
    }


FORM = Form(service=SERVICE, path="self-employed-contract", fields=fields, results=CONTRACT_NUMBER)
